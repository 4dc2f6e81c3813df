#include "api/accounts/account_text.hpp"

#include <fmt/format.h>

#include "core/domain/import/import_line.hpp"

namespace dreamina {
namespace {

constexpr std::string_view plain_columns =
    "id,email,region,status,status_reason,points,error_count,refresh_failures,in_flight,ban_until,"
    "session_id_updated_at,created_at,updated_at,last_used_at";

/// As one field of a row.
std::string csv_field(std::string_view text)
{
    std::string content{text};
    if (!content.empty() && std::string_view{"=+-@\t\r"}.find(content.front()) != std::string_view::npos)
        content.insert(0, 1, '\'');
    if (content.find_first_of(",\"\r\n") == std::string::npos) return content;
    std::string quoted{"\""};
    for (const char c : content) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
    return quoted + '"';
}

std::string csv_field(const std::optional<Time>& time) { return time ? to_rfc3339(*time) : ""; }

bool reads_as(const std::string& line, const Account& account, bool with_session, bool with_region)
{
    const ImportResult read = read_import(line, "");
    if (!read.faults.empty() || read.accounts.size() != 1) return false;
    const ImportedAccount& found = read.accounts.front();
    return found.email == account.email && found.password == account.password &&
           found.region == (with_region ? std::optional{account.region} : std::nullopt) &&
           found.session_id == (with_session ? account.session_id : std::nullopt);
}

std::string import_line(const Account& account)
{
    const std::string bare = fmt::format("{}:{}", account.email, account.password);
    if (account.session_id) {
        std::string whole = fmt::format("{}:{}:{}", bare, to_string(account.region), *account.session_id);
        if (reads_as(whole, account, true, true)) return whole;
    }
    // A password that ends like a region needs one behind it.
    const std::string with_region = fmt::format("{}:{}", bare, to_string(account.region));
    const bool needs_region = !reads_as(bare, account, false, false);
    const std::string& line = needs_region ? with_region : bare;
    if (needs_region && !reads_as(with_region, account, false, true))
        return fmt::format("# {}: its password cannot be told in this form", account.email);
    return account.session_id ? fmt::format("# {}: its session cannot be told in this form\n{}", account.email, line)
                              : line;
}

}  // namespace

std::string accounts_csv(const std::vector<Account>& accounts, const std::vector<std::string>& models, bool secrets)
{
    std::string text{plain_columns};
    for (const std::string& model : models) text += ',' + csv_field("calls_" + model);
    text += secrets ? ",password,session_id,proxy_url\r\n" : "\r\n";
    for (const Account& account : accounts) {
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}", account.id, csv_field(account.email),
                            to_string(account.region), to_string(status_of(account)), csv_field(status_reason(account)),
                            account.points, account.error_count, account.refresh_failures, account.in_flight,
                            csv_field(account.banned ? account.ban_until : std::nullopt),
                            csv_field(account.session_updated_at), csv_field(std::optional{account.created_at}),
                            csv_field(std::optional{account.updated_at}), csv_field(account.last_used_at));
        for (const std::string& model : models) {
            const auto calls = account.usage.find(model);
            text += fmt::format(",{}", calls == account.usage.end() ? 0 : calls->second);
        }
        if (secrets)
            text += fmt::format(",{},{},{}", csv_field(account.password), csv_field(account.session_id.value_or("")),
                                csv_field(account.proxy_url.value_or("")));
        text += "\r\n";
    }
    return text;
}

std::string import_text(const std::vector<Account>& accounts)
{
    std::string text;
    for (const Account& account : accounts) text += import_line(account) + '\n';
    return text;
}

}  // namespace dreamina
