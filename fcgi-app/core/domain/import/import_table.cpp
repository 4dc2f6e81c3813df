#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/domain/address.hpp"
#include "core/domain/import/import_fields.hpp"
#include "core/domain/import/import_text.hpp"

namespace dreamina {
namespace {

/// What a column may be called.
struct ColumnNames {
    std::string_view known;
    std::vector<std::string_view> names;
};

const std::vector<ColumnNames>& known_columns()
{
    static const std::vector<ColumnNames> columns{
        {"email", {"email", "e-mail", "mail", "email address", "邮箱", "账号", "账户"}},
        {"password", {"password", "pass", "pwd", "密码"}},
        {"region", {"region", "区域", "地区"}},
        {"session_id", {"session_id", "session", "sessionid", "session id", "会话", "会话标识"}},
        {"proxy_url", {"proxy_url", "proxy", "代理"}},
        {"points", {"points", "积分"}},
    };
    return columns;
}

std::string column_called(std::string_view name)
{
    std::string lower = to_lower(trim_edges(name));
    for (const ColumnNames& column : known_columns())
        if (std::find(column.names.begin(), column.names.end(), lower) != column.names.end())
            return std::string{column.known};
    return lower;
}

/// This program's own tables have an apostrophe before what a spreadsheet would take for a formula.
bool is_own_table(const ImportForm& form)
{
    return form.columns.size() > 2 && form.columns[0] == "id" && form.columns[1] == "email";
}

std::string without_guard(std::string field)
{
    if (field.size() > 1 && field[0] == '\'' && std::string_view{"=+-@\t\r"}.find(field[1]) != std::string_view::npos)
        field.erase(0, 1);
    return field;
}

/// A row's fields by their columns.
class TableRow {
public:
    TableRow(std::vector<std::string> fields, const ImportForm& form) : fields_(std::move(fields)), form_(form) {}

    std::string at(std::string_view column) const
    {
        const auto found = std::find(form_.columns.begin(), form_.columns.end(), column);
        if (found == form_.columns.end()) return "";
        const std::string& field = fields_[static_cast<std::size_t>(found - form_.columns.begin())];
        return std::string{trim_edges(is_own_table(form_) ? without_guard(field) : field)};
    }

private:
    std::vector<std::string> fields_;
    const ImportForm& form_;
};

std::optional<ImportFault> add_region(ImportedAccount& account, const std::string& text)
{
    if (text.empty()) return std::nullopt;
    account.region = parse_region(text);
    if (!account.region) return ImportFault{"import.region_unknown"};
    return std::nullopt;
}

std::optional<ImportFault> add_table_session(ImportedAccount& account, const std::string& text)
{
    if (text.empty()) return std::nullopt;
    const std::string session = plain_session(text);
    if (!is_session_id(split_session(session).session_id)) return ImportFault{"import.session_unfit", {{"sign", "@"}}};
    return add_session(account, session);
}

std::optional<ImportFault> add_proxy(ImportedAccount& account, const std::string& text)
{
    if (text.empty()) return std::nullopt;
    account.proxy_url = stored_proxy_url(text);
    if (!account.proxy_url) return ImportFault{"import.proxy_unfit"};
    return std::nullopt;
}

std::optional<ImportFault> add_points(ImportedAccount& account, const std::string& text)
{
    constexpr double max_amount = 1e12;
    if (text.empty()) return std::nullopt;
    double points = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), points);
    if (error != std::errc{} || end != text.data() + text.size() || !(points >= 0 && points <= max_amount))
        return ImportFault{"import.points_unfit"};
    account.points = points;
    return std::nullopt;
}

}  // namespace

std::optional<ImportForm> form_of_head(std::string_view line)
{
    if (line.find('@') != std::string_view::npos) return std::nullopt;
    for (const char separator : {'\t', ',', ';', '|'}) {
        const auto fields = row_fields(line, separator);
        if (!fields || fields->size() < 2) continue;
        ImportForm form{.kind = ImportForm::Kind::table, .separator = std::string{separator}, .columns = {}};
        for (const std::string& field : *fields) form.columns.push_back(column_called(field));
        const auto has = [&](std::string_view name) {
            return std::find(form.columns.begin(), form.columns.end(), name) != form.columns.end();
        };
        if (has("email") && (has("password") || has("session_id"))) return form;
    }
    return std::nullopt;
}

ImportParsed parse_import_row(std::string_view row, const ImportForm& form, Region region_for_none)
{
    if (!is_valid_utf8(row) || row.find("\uFFFD") != std::string_view::npos) return import_fault("import.not_utf8");
    auto fields = row_fields(row, form.separator.front());
    if (!fields) return import_fault("import.quote_open");
    // What is trimmed off a line's end may have been empty fields between tabs.
    if (form.separator == "\t" && fields->size() < form.columns.size()) fields->resize(form.columns.size());
    if (fields->size() != form.columns.size()) {
        return import_fault("import.field_count", {{"fields", fields->size()}, {"columns", form.columns.size()}});
    }
    const TableRow cells{std::move(*fields), form};
    ImportedAccount account;
    account.email = cells.at("email");
    if (account.email.empty()) return import_fault("import.email_missing");
    auto wrong = import_email_fault(account.email);
    if (!wrong) wrong = add_region(account, cells.at("region"));
    if (!wrong) wrong = add_table_session(account, cells.at("session_id"));
    if (!wrong) wrong = add_proxy(account, cells.at("proxy_url"));
    if (!wrong) wrong = add_points(account, cells.at("points"));
    if (!wrong) wrong = add_password(account, cells.at("password"), region_for_none);
    if (wrong) return tl::unexpected(*wrong);
    return account;
}

}  // namespace dreamina
