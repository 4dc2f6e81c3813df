#pragma once

#include "answers.hpp"
#include "jimeng/upstream.hpp"

namespace dreamina::stand_in {

bool is_chat(const Request& request);

/// A chat model that makes videos.
bool makes_video(std::string_view model);

/// The event streams of B, and of A when it still had a chat: the first event comes before anything
/// is tried, so a failure is text of the chat.
Reply chat_failure(const Request& request, Dialect dialect, std::string_view message, std::string name);
Reply chat_pictures(const Request& request, Dialect dialect, const std::vector<std::string>& urls);
Reply chat_video(const Request& request, Dialect dialect, const std::string& url);

/// The whole answer where no stream was asked for, with this text in it.
Reply chat_message(const Request& request, Dialect dialect, std::string text);

}  // namespace dreamina::stand_in
