#pragma once

#include "jimeng/body_reading.hpp"
#include "jimeng/upstream.hpp"

namespace dreamina::stand_in {

/// Reads a generation's body as the upstream that is played does, and fills what the request is
/// matched and counted by: its model (its default where none is named; of "name:WxH" in a chat the
/// name), the token that is drawn, and what of it would leak.
ReadBody read_generation(Request& request, const Role& role);

/// The tokens of a token route and what of them would leak: there all are used.
void read_tokens(Request& request, const Role& role);

/// Whether this upstream sends a proxy before a token on as a part of the session.
bool leaks(std::string_view token, const Role& role);

}  // namespace dreamina::stand_in
