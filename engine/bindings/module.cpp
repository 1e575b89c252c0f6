#include "bindings.hpp"
#include "perhaps/devices.hpp"

PYBIND11_MODULE(_engine, m) {
    using namespace perhaps::bindings;
    m.doc() = "The native engine: picture encoder, language model and log-probabilities.";
    bind_errors();
    bind_loading(m);
    bind_asking(m);
    bind_answering(m);
    bind_model(m);
    bind_probability(m);
    perhaps::start_backend();
}
