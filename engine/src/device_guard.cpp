#include "device_guard.hpp"

#include "engine_log.hpp"

namespace perhaps {

void throw_device_failure(const std::string& errors) {
    if (is_out_of_memory(errors)) {
        throw DeviceError("The device has too little memory to go on (" + errors +
                          "); load the model on the CPU, or with fewer layers on the GPU.");
    }
    if (is_device_lost(errors)) {
        throw DeviceError("The device was lost while it computed (" + errors +
                          "); load the model again, or on the CPU.");
    }
    throw DeviceError("The device could not compute (" + errors + "); load the model on the CPU.");
}

}  // namespace perhaps
