#pragma once
/// Asks for many tokens in as few calls as their faults allow. For upstream_tokens.cpp alone.

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clients/token_answer.hpp"

namespace dreamina {

/// One call for these tokens.
using AskTokens = std::function<TokenReply(const std::vector<std::string>&)>;

/// `Value` is what a row tells of a token: `read_row` makes a tl::expected<Value, TokenFailure> of it.
template <class Value>
class TokenBatches {
public:
    using Answer = tl::expected<Value, TokenFailure>;
    using ReadRow = std::function<Answer(const Json& row)>;

    TokenBatches(AskTokens ask, ReadRow read_row, std::size_t max_per_call)
        : ask_(std::move(ask)), read_row_(std::move(read_row)), max_per_call_(max_per_call)
    {
    }

    std::vector<Answer> run(const std::vector<std::string>& tokens)
    {
        queue(tokens);
        while (!waiting_.empty()) {
            Batch batch = std::move(waiting_.front());
            waiting_.pop_front();
            if (given_up_) {
                settle(batch, *given_up_);
            } else if (const auto closed = closed_routes_.find(only_route(batch)); closed != closed_routes_.end()) {
                settle(batch, closed->second);
            } else {
                take(batch, ask_(batch));
            }
        }
        std::vector<Answer> answers;
        answers.reserve(tokens.size());
        for (const std::string& token : tokens) {
            const auto found = answers_.find(token);
            answers.push_back(found != answers_.end() ? found->second : unknown("upstream.bad_token"));
        }
        return answers;
    }

private:
    using Batch = std::vector<std::string>;

    /// So many tokens of one route, each asked alone, without a success between them: it is the route.
    static constexpr int lone_faults_of_a_closed_route = 3;
    static constexpr int timeouts_of_a_dead_upstream = 2;

    static Answer unknown(const char* code) { return tl::unexpected(TokenFailure{TokenFault::not_known, {code}}); }

    /// Each token once, those that go the same way side by side, and those with a proxy of their own apart from the
    /// rest: a dead proxy then costs no token without one.
    void queue(Batch tokens)
    {
        std::erase_if(tokens, [](const std::string& token) { return !fits_into_header(token); });
        const auto place = [](const std::string& token) { return std::pair{route_of(token), token}; };
        std::sort(tokens.begin(), tokens.end(),
                  [&](const auto& left, const auto& right) { return place(left) < place(right); });
        tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
        const auto proxied = [](const std::string& token) { return token.find('@') != std::string::npos; };
        std::stable_partition(tokens.begin(), tokens.end(), [&](const auto& token) { return !proxied(token); });
        std::size_t bytes = 0;
        for (std::string& token : tokens) {
            const bool full = waiting_.empty() || waiting_.back().size() == max_per_call_ ||
                              bytes + token.size() + 1 > max_token_bytes_per_call ||
                              proxied(waiting_.back().back()) != proxied(token);
            if (full) {
                waiting_.emplace_back();
                bytes = 0;
            }
            bytes += token.size() + 1;
            waiting_.back().push_back(std::move(token));
        }
    }

    void take(const Batch& batch, const TokenReply& reply)
    {
        if (reply.blame != Blame::slow) timeouts_in_a_row_ = 0;
        switch (reply.blame) {
        case Blame::none: return read_rows(batch, reply.document);
        case Blame::some_token: return halve(batch, reply.failure);
        case Blame::network: return network_fault(batch, reply.failure);
        case Blame::slow:
            if (++timeouts_in_a_row_ >= timeouts_of_a_dead_upstream) given_up_ = reply.failure;
            return settle(batch, reply.failure);
        case Blame::call: return settle(batch, reply.failure);
        case Blame::upstream: given_up_ = reply.failure; return settle(batch, reply.failure);
        }
    }

    void halve(const Batch& batch, const TokenFailure& failure)
    {
        if (batch.size() == 1) return settle(batch, failure);
        const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
        waiting_.emplace_front(middle, batch.end());
        waiting_.emplace_front(batch.begin(), middle);
    }

    /// One lost connection among fifty fails a call as the loss of all would. Smaller calls tell them apart; where
    /// nothing gets through, it is not worth one for each token.
    void network_fault(const Batch& batch, const TokenFailure& failure)
    {
        if (batch.size() == 1) note_lone_fault(batch, failure);
        halve(batch, failure);
    }

    void note_lone_fault(const Batch& batch, const TokenFailure& failure)
    {
        const std::string route = only_route(batch);
        if (++lone_faults_[route] >= lone_faults_of_a_closed_route) closed_routes_.emplace(route, failure);
    }

    /// The one way that all of them go, in a form that is never empty; empty if they go several.
    static std::string only_route(const Batch& batch)
    {
        const std::string route = route_of(batch.front());
        return route_of(batch.back()) == route ? route + '>' : std::string{};  // sorted: the ends tell
    }

    void read_rows(const Batch& batch, const Json& rows)
    {
        if (!rows.is_array()) return settle(batch, {TokenFault::not_known, {"upstream.not_list"}});
        std::map<std::string, Answer> told;
        for (const Json& row : rows) {
            if (!row.is_object() || !row.contains("token") || !row["token"].is_string()) continue;
            const auto& token = row["token"].get_ref<const std::string&>();
            Answer answer = read_row_(row);
            const auto [known, fresh] = told.emplace(token, std::move(answer));
            if (!fresh) known->second = unknown("upstream.token_twice");
        }
        for (const std::string& token : batch) {
            const auto found = told.find(token);
            answers_.emplace(token, found != told.end() ? std::move(found->second) : unknown("upstream.token_absent"));
        }
        const Answer& first = answers_.at(batch.front());
        const bool lost = !first && first.error().fault == TokenFault::upstream;
        if (batch.size() == 1 && lost) {
            note_lone_fault(batch, first.error());
        } else {
            lone_faults_.erase(only_route(batch));
        }
    }

    void settle(const Batch& batch, const TokenFailure& failure)
    {
        for (const std::string& token : batch) answers_.emplace(token, tl::unexpected(failure));
    }

    AskTokens ask_;
    ReadRow read_row_;
    std::size_t max_per_call_;
    std::deque<Batch> waiting_;
    std::map<std::string, Answer> answers_;
    std::map<std::string, int> lone_faults_;
    std::map<std::string, TokenFailure> closed_routes_;
    std::optional<TokenFailure> given_up_;
    int timeouts_in_a_row_ = 0;
};

}  // namespace dreamina
