#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "answers.hpp"

namespace dreamina::stand_in {

/// The token routes, and what each token has. Every token is live until told otherwise.
class TokenRoutes {
public:
    TokenRoutes(Dialect dialect, double points) : dialect_(dialect), default_points_(points) {}

    /// Nothing if the path is none of the token routes.
    std::optional<Reply> answer(const Request& request);

    /// `POST /_points` {token: points | "error" | a row's name}: the session id, bare, or the whole
    /// token. A token with an error is not live, and asking for its points fails so. Throws BadScript.
    void set_points(std::string_view json_text);

private:
    struct State {
        double points = 0;
        std::string error;  // a row's name
        bool received_today = false;
    };

    State& state(const std::string& token);
    Reply points(const Request& request);
    Reply check(const Request& request);
    Reply receive(const Request& request);

    Dialect dialect_;
    double default_points_;
    std::unordered_map<std::string, State> states_;  // by whole token or bare session id
};

}  // namespace dreamina::stand_in
