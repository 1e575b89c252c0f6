// The runs that somebody holds, and the pictures that each is about.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "perhaps/run.hpp"
#include "perhaps/types.hpp"

namespace perhaps {

// Not safe by itself: the scheduler's lock guards it.
class OpenRuns {
  public:
    // Takes a run in. A request that is no work ahead ends all work ahead on other pictures; work
    // on the same one goes on, as the request will want it. A run whose picture another one is
    // already reading shows that as its own progress while it waits.
    void add(const std::shared_ptr<RunChannel>& channel, const GenerationRequest& request);

    void stop_all();

  private:
    struct OpenRun {
        std::weak_ptr<RunChannel> channel;
        std::set<std::string> pictures;  // their keys
        bool prepares;                   // only reads, and nobody has asked since
    };

    void stop_preparing_others(const std::set<std::string>& pictures);
    void follow_reader(const std::set<std::string>& pictures,
                       const std::shared_ptr<RunChannel>& channel);

    std::vector<OpenRun> runs_;
};

}  // namespace perhaps
