#include "domain/import_line.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <tl/expected.hpp>

#include "base/text.hpp"

namespace dreamina {
namespace {

struct Line {
    std::size_t number;  ///< as an editor counts
    std::string_view text;
};

/// The lines that say something, without line ends and trailing blanks.
std::vector<Line> content_lines(std::string_view text)
{
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    std::vector<Line> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find_last_not_of(" \t\r\f\v") + 1);
        if (!line.empty() && !line.starts_with('#')) lines.push_back({number, line});
    }
    return lines;
}

/// The fault is a whole sentence without its line number.
using Parsed = tl::expected<ImportedAccount, std::string>;

tl::unexpected<std::string> fault(std::string sentence) { return tl::unexpected(std::move(sentence)); }

/// Takes the last of the colon-separated fields off `rest`; all of it if there is only one.
std::string_view take_last_field(std::string_view& rest)
{
    const std::size_t colon = rest.rfind(':');
    const std::size_t start = colon == std::string_view::npos ? 0 : colon + 1;
    const std::string_view field = rest.substr(start);
    rest = start == 0 ? std::string_view{} : rest.substr(0, colon);
    return field;
}

std::string_view last_field(std::string_view rest) { return take_last_field(rest); }

/// Puts a session into the account; it must not contradict what is known of it already.
std::optional<std::string> add_session(ImportedAccount& account, std::string_view text)
{
    if (text.size() > longest_session) return fmt::format("the session id is longer than {} bytes", longest_session);
    SplitSession session = split_session(text);
    if (account.session_id && *account.session_id != session.session_id)
        return "the line's own session id differs from the one in session_ids";
    if (account.region && session.region && *account.region != *session.region)
        return fmt::format("the region is given as {} and by the session id's prefix as {}", to_string(*account.region),
                           to_string(*session.region));
    account.session_id = std::move(session.session_id);
    if (session.region) account.region = session.region;
    return std::nullopt;
}

Parsed parse_line(std::string_view line)
{
    if (!is_valid_utf8(line)) return fault("the line is not valid UTF-8");

    const std::size_t colon = line.find(':');
    const std::string_view email = line.substr(0, colon);
    if (email.empty()) return fault("the e-mail address is missing");
    if (colon == std::string_view::npos) return fault("there is no colon: expected email:password");
    if (const auto email_is = email_fault(email)) return fault("the e-mail address " + *email_is);

    ImportedAccount account{std::string{email}, {}, {}, {}};
    std::string_view rest = line.substr(colon + 1);
    if (looks_like_session(last_field(rest))) {
        const std::string_view session = take_last_field(rest);
        account.region = parse_region(last_field(rest));
        if (account.region) take_last_field(rest);
        if (const auto wrong = add_session(account, session)) return fault(*wrong);
    }
    if (rest.empty()) {
        return fault(account.session_id ? "the password is missing: a session id follows the e-mail address"
                                        : "the password is missing");
    }
    if (rest.size() > longest_password)
        return fault(fmt::format("the password is longer than {} bytes", longest_password));
    if (has_control_characters(rest)) return fault("the password holds control characters");
    account.password = rest;
    return account;
}

std::optional<std::string> add_paired_session(ImportedAccount& account, const Line& session)
{
    // The column leaves no doubt what it is, so its form is not held to the letter as at the end of a line.
    if (!is_session_id(split_session(session.text).session_id))
        return fmt::format("line {} of session_ids must be one session id without blanks, commas or @", session.number);
    return add_session(account, session.text);
}

/// Names the faults of single lines, not without end.
class FaultList {
public:
    void add(std::size_t line_number, std::string_view sentence)
    {
        if (faults_.size() < most_faults) {
            faults_.push_back(fmt::format("line {}: {}", line_number, sentence));
        } else {
            ++unnamed_;
        }
    }

    std::vector<std::string> take()
    {
        if (unnamed_ > 0) faults_.push_back(fmt::format("and {} more lines with a fault", unnamed_));
        return std::move(faults_);
    }

private:
    std::vector<std::string> faults_;
    std::size_t unnamed_ = 0;
};

}  // namespace

std::optional<std::string> email_fault(std::string_view email)
{
    if (email.empty()) return "must not be empty";
    if (email.size() > longest_email) return fmt::format("must have at most {} bytes", longest_email);
    if (!is_valid_utf8(email)) return "must be valid UTF-8";
    if (has_control_characters(email)) return "must not hold control characters";
    if (email.find(' ') != std::string_view::npos) return "must not hold blanks";
    if (email.find(':') != std::string_view::npos) return "must not hold a colon";
    const std::size_t at = email.find('@');
    if (at == std::string_view::npos || at != email.rfind('@') || at == 0 || at + 1 == email.size())
        return "must have one @ with something on both sides";
    return std::nullopt;
}

ImportResult read_import(std::string_view credentials, std::string_view session_ids)
{
    const std::vector<Line> lines = content_lines(credentials);
    const std::vector<Line> sessions = content_lines(session_ids);
    const bool paired = lines.size() == sessions.size();

    ImportResult result;
    FaultList faults;
    std::unordered_set<std::string> known_emails;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        Parsed account = parse_line(lines[i].text);
        if (!account) {
            faults.add(lines[i].number, account.error());
            continue;
        }
        if (paired) {
            if (const auto wrong = add_paired_session(*account, sessions[i])) {
                faults.add(lines[i].number, *wrong);
                continue;
            }
        }
        if (known_emails.insert(to_lower(account->email)).second) {
            result.accounts.push_back(std::move(*account));
        } else {
            result.duplicates.push_back(std::move(account->email));
        }
    }

    result.faults = faults.take();
    if (!sessions.empty() && !paired) {
        result.faults.insert(result.faults.begin(),
                             fmt::format("session_ids has {} lines and credentials has {}: they must be as many",
                                         sessions.size(), lines.size()));
    }
    return result;
}

}  // namespace dreamina
