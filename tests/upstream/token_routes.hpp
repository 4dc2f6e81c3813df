#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "answers.hpp"
#include "jimeng/upstream.hpp"

namespace dreamina::stand_in {

/// The token routes, and what each token has. Every token is live until told otherwise.
class TokenRoutes {
public:
    explicit TokenRoutes(double points) : default_points_(points) {}

    /// Nothing if the path is none of the token routes that this upstream has.
    std::optional<Reply> answer(const Request& request, const Role& role);

    /// Why the upstream's provider makes nothing for the token that the request draws: its error, or no
    /// points left (A receives today's first, where there are any). Nothing if it does.
    std::optional<Reply> refusal(const Request& request, const Role& role);

    /// `POST /_points` {token: of}: the session id, bare, or the whole token; `of` is its points as a
    /// number, "error" or an answer's name (asking for its points fails so), or an object with any of
    ///   gift, purchase, vip   its points of each kind
    ///   daily                 what /token/receive brings once (60 unless told; 0: it is refused)
    ///   error                 an answer's name
    ///   refused               the sentence with which /token/receive is refused
    ///   row                   of /token/receive: "object" (A), "quota" (January 2026: no credits where
    ///                         some were received), "bare" (2025: nothing but credits), "number" (others)
    /// Throws BadScript.
    void set_points(std::string_view json_text);

private:
    enum class Row { as_played, object, quota, bare, number };
    struct State {
        double gift = 0, purchase = 0, vip = 0;
        double daily = 60;
        std::string error;
        std::string refused = "[请求失败]: already received (错误码: 1014)";
        Row row = Row::as_played;
        bool received_today = false;

        void set(const std::string& token, std::string_view name, std::string_view json_text);
        double total() const { return gift + purchase + vip; }
    };

    State& state(const std::string& token);
    static State read_state(const std::string& token, std::string_view json_text);
    static std::string error_of_token(const State& of, std::string_view token, const Role& role);
    static bool receive_daily(State& of);

    Reply points(const Request& request, const Role& role);
    Reply check(const Request& request, const Role& role);
    Reply receive(const Request& request, const Role& role);
    Reply receive_of_anything(const Request& request, const Role& role);

    double default_points_;
    std::unordered_map<std::string, State> states_;  // by whole token or bare session id
};

}  // namespace dreamina::stand_in
