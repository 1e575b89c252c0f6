// Backends that are loaded when the program starts, not linked to it.
#pragma once

namespace perhaps {

// Registers what lies in the folder of plug-ins that belongs to the llama.cpp we run with: the best
// CPU variant, and every GPU backend whose driver is there. A build that linked its backends has
// no such folder, and nothing happens. Before llama_backend_init, once.
//
// PERHAPS_GPU=off in the environment touches no driver at all: one that crashes when it is asked
// for its devices would otherwise end every start.
void load_plugins();

}  // namespace perhaps
