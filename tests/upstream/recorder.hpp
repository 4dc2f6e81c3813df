#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "answers.hpp"

namespace dreamina::stand_in {

enum class Recording { off, counts, full };

/// How a request ended; `waiting` until it has.
enum class Ending { waiting, answered, cut, client_gone };

std::string_view ending_name(Ending ending);

/// What an answer on its way must remember of its request.
struct Ticket {
    std::uint64_t id = 0;  ///< 0: not recorded
    std::string account;
    std::string model;
    bool counted = false;
};

/// What came in and how it ended. Not thread-safe. Its memory has bounds: the last 10,000 requests,
/// bodies of up to 64 KB (64 MB of them together), and the bytes of the last 8 larger ones of up to
/// 64 MB each; of all others only the hash is kept.
class Recorder {
public:
    explicit Recorder(Recording recording) : recording_(recording) {}

    Ticket received(const Request& request);
    void ended(const Ticket& ticket, Ending ending, const Reply& reply);

    /// Forgets requests and counts; the ids go on.
    void clear();

    /// JSON texts: a list of the requests after the id `since`; one request, empty if it is not kept.
    std::string list(std::uint64_t since) const;
    std::string one(std::uint64_t id) const;

    /// The bytes of a request's body, null if they are not kept.
    Bytes body(std::uint64_t id) const;

    std::string counts() const;

private:
    struct Entry {
        std::uint64_t id = 0;
        std::int64_t time_us = 0;
        std::int64_t took_us = -1;
        std::string method, target, account, model, model_as_sent, leaked, sha256;
        Headers headers;
        std::size_t body_bytes = 0;
        Bytes body;
        Ending ending = Ending::waiting;
        int status = 0;
        std::string answer;
    };
    struct Count {
        std::uint64_t received = 0;
        std::uint64_t succeeded = 0;
    };
    struct AccountCount {
        Count all;
        std::map<std::string, Count, std::less<>> by_model;
    };

    Entry* find(std::uint64_t id);
    const Entry* find(std::uint64_t id) const;
    void forget_oldest(std::deque<std::uint64_t>& bodies);
    void keep(const Request& request, std::uint64_t id);

    Recording recording_;
    std::uint64_t last_id_ = 0;
    std::deque<Entry> entries_;
    std::deque<std::uint64_t> small_bodies_, large_bodies_;  // ids, oldest first
    std::size_t small_bytes_ = 0;

    Count total_;
    std::uint64_t in_flight_ = 0, max_in_flight_ = 0, cut_ = 0, client_gone_ = 0;
    std::uint64_t leaked_ = 0;  // requests whose proxy would have gone to the provider in a cookie
    std::unordered_map<std::string, AccountCount> by_account_;
    std::map<std::string, Count, std::less<>> by_model_;
    std::map<std::string, std::uint64_t, std::less<>> by_answer_;
};

}  // namespace dreamina::stand_in
