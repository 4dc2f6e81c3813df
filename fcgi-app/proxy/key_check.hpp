#pragma once
/// Judges the keys of /v1 that the event loop cannot tell at once, on a thread of its own, and keeps guessers from
/// taking that thread's time from those who come with a right key for the first time.

#include <chrono>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "auth/login.hpp"
#include "net/event_loop.hpp"
#include "net/task_pool.hpp"
#include "core/storage/engine/connection_pool.hpp"

namespace dreamina {

class KeyCheck {
public:
    /// All of them outlive it.
    KeyCheck(EventLoop& loop, TaskPool& threads, ConnectionPool& connections, PasswordCheck& passwords)
        : loop_(loop), threads_(threads), connections_(connections), passwords_(passwords)
    {
    }

    /// The rest on the loop's thread. `then` is called there, at once or later.
    void judge(std::string key, std::string stored_password, ClientAddress client,
               std::function<void(LoginResult)> then);

    /// How long a public address that guessed too often is refused, right key or not; nothing if it is not. Private
    /// ones are told apart only by their keys: often that is where a proxy stands, with all clients behind it.
    std::optional<std::chrono::seconds> refused_for(const ClientAddress& client) const;

    /// True if a right key from there needs no second look: the address is private, or had one before. Others are
    /// judged once, so that many addresses with a guess each are held up while those of clients are remembered.
    bool is_trusted(const ClientAddress& client) const
    {
        return !client.is_public || trusted_.contains(client.limit_key);
    }

private:
    using Clock = EventLoop::Clock;
    void note(const std::string& address, const LoginResult& result);

    EventLoop& loop_;
    TaskPool& threads_;
    ConnectionPool& connections_;
    PasswordCheck& passwords_;
    std::size_t under_way_ = 0;
    std::unordered_map<std::string, Clock::time_point> refused_;  // by the address' key, until when
    std::unordered_set<std::string> trusted_;
};

}  // namespace dreamina
