#pragma once
/// The model that a request's body asks for, as the programs behind us read it. Jimeng-api repairs JSON and takes
/// forms; jimeng-api-go reads JSON under any type, its keys in any case.

#include <optional>
#include <string>
#include <string_view>

#include "net/request.hpp"

namespace dreamina {

struct ModelReading {
    enum class State {
        named,
        missing,     ///< no such field, null or an empty text: the upstream takes its default
        unreadable,  ///< a body that is not what its type says, or a field that is no text
    };
    State state = State::missing;
    std::string name;  ///< when named
    /// Why a program may read another model in this body, as the end of a sentence; empty where all read the same.
    std::string_view doubt = {};
};

/// Reads the whole body, once unless it is no JSON. Blocks on the disk for a spooled one: not on the event loop then.
ModelReading read_model(const Body& body, std::string_view content_type);

}  // namespace dreamina
