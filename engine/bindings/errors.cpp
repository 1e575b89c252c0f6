#include "perhaps/errors.hpp"

#include <exception>

#include "bindings.hpp"
#include "perhaps/text_assembler.hpp"

namespace perhaps::bindings {
namespace {

void translate(std::exception_ptr pointer) {
    try {
        if (pointer) std::rethrow_exception(pointer);
    } catch (const PerhapsError& error) {
        const auto kind = py::module_::import("perhaps.errors").attr(error.name());
        py::set_error(kind, valid_utf8(error.what()).c_str());
    }
}

}  // namespace

void bind_errors() {
    py::register_exception_translator(translate);
}

}  // namespace perhaps::bindings
