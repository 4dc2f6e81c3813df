#pragma once
/// Lines put together from fields: each field is read as it was written, wherever a line can say it.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/import/import_line.hpp"
#include "core/domain/import/import_text.hpp"
#include "properties/import_lines.hpp"
#include "properties/input.hpp"
#include "properties/property.hpp"

namespace dreamina::fuzz {

class ImportWriter {
public:
    explicit ImportWriter(Input& input) : input_(input) {}

    std::string email()
    {
        static constexpr std::array<std::string_view, 6> parts{"a", "B", "first.last+tag", "用户", "x-y", "9"};
        std::string local{input_.one_of(parts)};
        if (input_.number(31) == 31) local.append(max_email_length - 4 - local.size() + input_.number(8), 'e');
        return local + std::to_string(input_.number(99)) + "@" + std::string{input_.one_of(parts)} + ".c";
    }

    /// Of what may stand in one, and what looks like the fields behind it.
    std::string password()
    {
        static constexpr std::array<std::string_view, 14> parts{"p", "word", ":", "::", "us", ":HK", "jp-",
                                                                "#", "\"",   "@", " ",  "即", "😀",   "cn"};
        std::string text;
        const std::size_t count = 1 + input_.number(8);
        for (std::size_t i = 0; i < count; ++i) {
            switch (input_.number(7)) {
            case 0: text += session(); break;
            case 1: text.append(input_.number(max_password_length + 2), 'q'); break;
            default: text += input_.one_of(parts);
            }
        }
        return std::string{trim_edges(text)};
    }

    std::string session()
    {
        constexpr std::string_view digits = "0123456789abcdef";
        const std::size_t first = input_.number(15);
        std::string text;
        const std::size_t length =
            input_.number(15) == 15 ? max_session_length - 2 + input_.number(4) : 30 + input_.number(8);
        for (std::size_t i = 0; i < length; ++i) text += digits[(first + i) % digits.size()];
        return text;
    }

    std::optional<Region> region()
    {
        const std::size_t chosen = input_.number(all_regions.size());
        return chosen < all_regions.size() ? std::optional{all_regions[chosen]} : std::nullopt;
    }

    std::string spelt(Region region)
    {
        std::string text{to_string(region)};
        for (char& c : text)
            if (input_.flag()) c = static_cast<char>(c - 'a' + 'A');
        return text;
    }

private:
    Input& input_;
};

/// What stands behind the last colon.
inline std::string_view behind_last_colon(std::string_view text)
{
    return trim_edges(text.substr(text.rfind(':') + 1));
}

/// The input chooses the fields of one line and of the session beside it.
inline void import_fields(std::string_view bytes)
{
    Input input{bytes};
    ImportWriter writer{input};
    const std::string email = writer.email();
    const std::string password = writer.password();
    const auto region = writer.region();
    const auto prefix = writer.region();
    const auto session = input.flag() ? std::optional{writer.session()} : std::nullopt;
    const bool beside = input.flag();

    std::string line = email + ":" + password;
    std::string told;
    if (session) {
        told = (prefix ? writer.spelt(*prefix) + "-" : "") + *session;
        if (!beside) line += (region ? ":" + writer.spelt(*region) : "") + ":" + told;
    }
    const std::string column = session && beside ? told : "";
    import_lines_hold(line, column);

    // What is said behind the password only where a line has a place for it.
    const bool in_line = session && !beside;
    if (in_line && !looks_like_session(told)) return;
    if (!in_line && looks_like_session(behind_last_colon(password))) return;
    if ((!in_line || !region) && parse_region(behind_last_colon(password))) return;
    if (password.empty()) return;  // which an account of CN may have

    const ImportResult result = read_import(line, column);
    const bool contradiction = in_line && region && prefix && *region != *prefix;
    const bool too_long = email.size() > max_email_length || password.size() > max_password_length ||
                          (session && told.size() > max_session_length);
    if (contradiction || too_long) {
        require(result.accounts.empty(), "a line with a fault makes an account");
        return;
    }
    require(named_faults(result).empty() && result.accounts.size() == 1, "a good line has a fault");
    const ImportedAccount& account = result.accounts.front();
    require(account.email == email, "another e-mail address");
    require(account.password == password, "another password");
    require(account.session_id == session, "another session id");
    require(account.region == (in_line && region ? region : session ? prefix : std::nullopt), "another region");
}

}  // namespace dreamina::fuzz
