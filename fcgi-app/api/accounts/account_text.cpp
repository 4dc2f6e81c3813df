#include "api/accounts/account_text.hpp"

#include <fmt/format.h>

#include "core/domain/account/account_fields.hpp"
#include "core/domain/import/import_line.hpp"

namespace dreamina {
namespace {

std::string csv_text(std::string_view text)
{
    std::string content{text};
    if (!content.empty() && std::string_view{"=+-@\t\r"}.find(content.front()) != std::string_view::npos)
        content.insert(0, 1, '\'');
    if (content.find_first_of(",\"\r\n") == std::string::npos) return content;
    std::string quoted{"\""};
    for (const char c : content) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
    return quoted + '"';
}

/// As one field of a row.
std::string csv_field(const AccountFieldValue& value)
{
    struct Convert {
        std::string operator()(std::nullptr_t) const { return {}; }
        std::string operator()(const std::string& text) const { return csv_text(text); }
        std::string operator()(const Message& message) const { return csv_text(english(message)); }
        std::string operator()(Time time) const { return to_rfc3339(time); }
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }
        std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
        std::string operator()(double number) const { return fmt::format("{}", number); }
        std::string operator()(const std::map<std::string, std::int64_t>*) const { return {}; }  // columns of their own
    };
    return std::visit(Convert{}, value);
}

bool reads_as(const std::string& line, const Account& account, bool with_session, bool with_region)
{
    const ImportResult read = read_import(line, "");
    if (read.fault || read.faulty > 0 || read.accounts.size() != 1) return false;
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
    // The calls stand between what everybody may see and the secrets.
    std::vector<AccountField> plain;
    std::vector<AccountField> behind;
    for (const AccountField& field : account_fields(AccountOutput::spreadsheet, secrets))
        (field.secret ? behind : plain).push_back(field);

    std::string text;
    const auto add = [&](std::string_view field) { text.append(field).push_back(','); };
    const auto end_row = [&] { text.replace(text.size() - 1, 1, "\r\n"); };
    for (const AccountField& field : plain) add(field.name);
    for (const std::string& model : models) add(csv_text("calls_" + model));
    for (const AccountField& field : behind) add(field.name);
    end_row();
    for (const Account& account : accounts) {
        for (const AccountField& field : plain) add(csv_field(value_of(field, account)));
        for (const std::string& model : models) {
            const auto calls = account.usage.find(model);
            add(fmt::format("{}", calls == account.usage.end() ? 0 : calls->second));
        }
        for (const AccountField& field : behind) add(csv_field(value_of(field, account)));
        end_row();
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
