#pragma once

#include <optional>

#include "answers.hpp"

namespace dreamina::stand_in {

/// The routes by which an upstream is known: GET /, GET /ping and GET /v1/models (and HEAD), and what
/// it says to a route that it does not have. Nothing for a route that it has.
std::optional<Reply> identity_reply(const Request& request, const Role& role);

/// What it adds to every answer of its own.
void add_usual_headers(Reply& reply, const Role& role);

/// The path as that upstream compares it: A's router knows neither case nor a slash at the end.
std::string routed_path(std::string_view path, const Role& role);

}  // namespace dreamina::stand_in
