from perhaps.state.conversation import Conversation
from tests.archive.builders import a_chat, a_message


def imported(prompt):
    chat = a_chat()
    system = a_message(chat, "system", prompt)
    question = a_message(chat, "user", "Hi", system)
    conversation = Conversation()
    conversation.load([system, question])
    return conversation


def test_the_system_prompt_that_a_chat_brought_along_is_shown(desk):
    line = desk.window.page.prompt
    assert not line.isVisible()
    desk.session.open_chat(imported("Talk like\na <b>pirate</b>"))
    assert line.isVisible()
    assert line.text() == "This chat has a system prompt of its own: Talk like a <b>pirate</b>"
    desk.session.new_chat()
    assert not line.isVisible()
