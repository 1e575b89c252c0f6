// Errors with names; the bindings raise the Python classes of the same names.
#pragma once

#include <stdexcept>

namespace perhaps {

// what() is one sentence for a person: what failed, with which value, and what to do.
class PerhapsError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
    // The class name in perhaps/errors.py.
    virtual const char* name() const noexcept { return "PerhapsError"; }
};

// A model file that cannot be read or run.
class ModelError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "ModelError"; }
};

// A model and a projector that do not belong together.
class PairError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "PairError"; }
};

// A picture that this model cannot look at.
class ImageError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "ImageError"; }
};

// A request with a value out of range.
class RequestError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "RequestError"; }
};

// A prompt that does not fit into the context.
class ContextFullError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "ContextFullError"; }
};

// A computation that the device could not carry out.
class ComputeError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "ComputeError"; }
};

// A device that has too little memory, or that was lost.
class DeviceError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "DeviceError"; }
};

// A loading that was stopped.
class LoadCancelledError final : public PerhapsError {
  public:
    using PerhapsError::PerhapsError;
    const char* name() const noexcept override { return "LoadCancelledError"; }
};

}  // namespace perhaps
