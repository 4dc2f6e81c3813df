#include "core/base/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>

#include <doctest/doctest.h>

#include "core/base/said.hpp"

using namespace dreamina;

namespace {

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("session ids and keys are masked, words are not")
{
    const std::string session = "0123456789abcdef0123456789abcdef";
    CHECK(mask_secrets("token us-" + session + " refused") == "token us-0123… refused");
    CHECK(mask_secrets(session) == "0123…");
    CHECK(mask_secrets(session + "," + session) == "0123…,0123…");
    CHECK(mask_secrets("http://u@h/" + session + "?x=1") == "http://u@h/0123…?x=1");
    CHECK(mask_secrets(std::string(23, '1')) == std::string(23, '1'));
    CHECK(mask_secrets(std::string(24, '1')) == "1111…");
    CHECK(mask_secrets("jimeng-video-seedance-2.0-fast of 100000 accounts") ==
          "jimeng-video-seedance-2.0-fast of 100000 accounts");
    CHECK(mask_secrets("averylongwordwithoutasingledigit") == "averylongwordwithoutasingledigit");
    CHECK(mask_secrets("") == "");
}

TEST_CASE("one event is one line, whatever it holds")
{
    CHECK(mask_secrets("a\nb\r\nc") == "a b  c");
    const std::string text = said([] { log_error("first\n{}", "second"); });
    CHECK(has(text, "first second"));
    CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("below the level nothing is written")
{
    set_log_level(LogLevel::warning);
    const std::string text = said([] {
        log_debug("quiet {}", 1);
        log_info("quiet {}", 2);
        log_warning("loud {}", 3);
        log_error("loud {}", 4);
    });
    CHECK_FALSE(log_enabled(LogLevel::info));
    CHECK(log_enabled(LogLevel::critical));
    set_log_level(LogLevel::info);
    CHECK_FALSE(has(text, "quiet"));
    CHECK(has(text, "loud 3"));
    CHECK(has(text, "loud 4"));
    CHECK(log_enabled(LogLevel::info));
    CHECK_FALSE(log_enabled(LogLevel::debug));
}

TEST_CASE("a secret does not reach the log even if the caller hands it over")
{
    const std::string session(32, 'a');
    const std::string text = said([&] { log_info("account {} has us-{}1", "a@b.c", session); });
    CHECK(has(text, "a@b.c"));
    CHECK_FALSE(has(text, session));
}

TEST_CASE("a value that the caller vouches for is written whole; secrets beside it stay masked")
{
    const std::string id = "019aabbccdde0f1e2d3c4b5a";
    const std::string session = "0123456789abcdef0123456789abcdef";
    const std::string text =
        said([&] { log_info("request {}: token {}, {} ms, {}", NotSecret{id}, session, 5, id + "0"); });
    CHECK(has(text, "request " + id + ": token 0123…, 5 ms, 019a…"));

    CHECK(mask_secrets("request " + id) == "request 019a…");
    const std::string_view known[] = {id};
    CHECK(mask_secrets("/v1/" + id + "?" + session, known) == "/v1/" + id + "?0123…");
    // What merely begins or ends with it is something else.
    CHECK(mask_secrets("a" + id, known) == "a019…");
    CHECK(mask_secrets(id + "b", known) == "019a…");
    // Other signs in it part it for the mask alone.
    const std::string message = "msg_" + id;
    CHECK(has(said([&] { log_info("webhook {} of key 2", NotSecret{message}); }), message + " of key 2"));
}

TEST_CASE("levels are written for journald only where standard error is its stream")
{
    ::setenv("JOURNAL_STREAM", "8:1", 1);
    CHECK(has(said([] { log_error("to a file"); }), " error ["));
    const std::string text = said([] {
        struct stat is {};
        REQUIRE(::fstat(STDERR_FILENO, &is) == 0);
        ::setenv("JOURNAL_STREAM", fmt::format("{}:{}", is.st_dev, is.st_ino).c_str(), 1);
        log_error("to the journal");
    });
    ::unsetenv("JOURNAL_STREAM");
    CHECK(text == "<3>to the journal\n");
}
