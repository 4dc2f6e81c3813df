#include "core/domain/import/import_line.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "core/base/text.hpp"
#include "core/domain/account/exported_account.hpp"
#include "core/domain/import/import_fields.hpp"
#include "core/domain/import/import_text.hpp"

namespace dreamina {
namespace {

using Kind = ImportForm::Kind;

constexpr std::array import_separators{std::string_view{":"}, std::string_view{"----"}, std::string_view{"\t"},
                                       std::string_view{"|"}, std::string_view{","},    std::string_view{";"}};

ImportForm form_of(const std::vector<TextLine>& lines)
{
    if (lines.empty()) return {};
    if (auto table = form_of_head(unwrapped(lines.front().text))) return *table;
    std::vector<std::string_view> texts;
    for (const TextLine& line : lines) texts.push_back(line.text);
    return form_of_lines(texts);
}

ImportRow read_line(const TextLine& line, const ImportForm& form, Region region_for_none)
{
    ImportRow row{.line = line.number, .session_line = {}, .account = {}, .fault = {}, .same_as = {}};
    ImportParsed parsed = form.kind == Kind::table ? parse_import_row(line.text, form, region_for_none)
                                                   : parse_import_line(line.text, form, region_for_none);
    if (parsed) {
        row.account = std::move(*parsed);
    } else {
        row.fault = parsed.error();
    }
    return row;
}

void add_paired_session(ImportRow& row, const TextLine& session)
{
    row.session_line = session.number;
    if (!row.account) return;
    // The column leaves no doubt what it is, so its form is not held to the letter as at the end of a line.
    const std::string plain = plain_session(unwrapped(session.text));
    if (!is_session_id(split_session(plain).session_id)) {
        row.fault = ImportFault{"import.session_beside", {{"line", session.number}, {"sign", "@"}}};
    } else {
        row.fault = add_session(*row.account, plain);
    }
    if (row.fault) row.account.reset();
}

void read_rows(ImportResult& result, const std::vector<TextLine>& lines, const std::vector<TextLine>& sessions,
               const ImportOptions& options)
{
    const bool has_head = result.form.kind == Kind::table && !options.form;
    const std::size_t first = has_head ? 1 : 0;
    const std::size_t count = lines.size() - std::min(first, lines.size());
    const bool paired = count == sessions.size();
    for (std::size_t i = 0; i < count; ++i) {
        result.rows.push_back(read_line(lines[first + i], result.form, options.region));
        if (paired) add_paired_session(result.rows.back(), sessions[i]);
    }
    if (!sessions.empty() && !paired) {
        result.fault = ImportFault{"import.unequal", {{"sessions", sessions.size()}, {"credentials", count}}};
    }
}

/// Which e-mails stand there again, and the lists for those who want no rows.
void sum_up(ImportResult& result)
{
    std::unordered_map<std::string, std::size_t> lines;
    for (ImportRow& row : result.rows) {
        if (row.fault) {
            ++result.faulty;
            continue;
        }
        const auto [known, is_new] = lines.emplace(to_lower(row.account->email), row.line);
        if (is_new) {
            result.accounts.push_back(*row.account);
        } else {
            row.same_as = known->second;
            result.duplicates.push_back(row.account->email);
        }
    }
}

}  // namespace

std::string_view to_string(ImportForm::Kind kind)
{
    switch (kind) {
    case Kind::lines: return "lines";
    case Kind::sessions: return "sessions";
    case Kind::table: return "table";
    case Kind::json_export: return "export";
    }
    return "lines";
}

std::optional<ImportForm::Kind> parse_import_kind(std::string_view text)
{
    for (const Kind kind : {Kind::lines, Kind::sessions, Kind::table, Kind::json_export})
        if (text == to_string(kind)) return kind;
    return std::nullopt;
}

bool is_import_separator(std::string_view text)
{
    return std::find(import_separators.begin(), import_separators.end(), text) != import_separators.end();
}

ImportResult read_import(std::string_view credentials, std::string_view session_ids, const ImportOptions& options)
{
    const std::string text = decoded(credentials);
    const std::string column = decoded(session_ids);
    ImportResult result;
    const bool is_export = options.form ? options.form->kind == Kind::json_export : looks_like_export(text);
    if (is_export) {
        result = read_export(text);
        if (!content_lines(column).empty() && !result.fault)
            result.fault = ImportFault{"import.sessions_beside_export"};
    } else {
        const auto lines = content_lines(text);
        result.form = options.form ? *options.form : form_of(lines);
        read_rows(result, lines, content_lines(column), options);
    }
    sum_up(result);
    return result;
}

std::vector<Message> named_faults(const ImportResult& result)
{
    const std::string_view code = result.form.kind == Kind::json_export ? "import.in_account" : "import.in_line";
    std::vector<Message> faults;
    for (const ImportRow& row : result.rows) {
        if (!row.fault) continue;
        if (faults.size() == max_faults) break;
        faults.push_back({std::string{code}, {{"line", row.line}, {"fault", *row.fault}}});
    }
    if (result.faulty > max_faults) faults.push_back({"import.more_faulty", {{"more", result.faulty - max_faults}}});
    if (result.fault) faults.insert(faults.begin(), *result.fault);
    return faults;
}

}  // namespace dreamina
