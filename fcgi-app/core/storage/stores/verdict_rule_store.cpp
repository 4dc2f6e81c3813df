#include "core/storage/stores/verdict_rule_store.hpp"

#include "core/base/log.hpp"
#include "core/domain/verdict/verdict_pack.hpp"

namespace dreamina {
namespace {

constexpr std::string_view rule_columns =
    "SELECT id, own, condition, verdict, ban_hours, mode, note, before_rule, rank FROM verdict_rules";

/// A condition that a later version wrote, and this one does not understand, would fit anything: such a rule is out.
RuleOverride read_override(const Query& row)
{
    RuleOverride rule{.id = row.text("id"), .own = row.boolean("own")};
    if (const auto text = row.optional_text("condition")) {
        auto condition = parse_condition(*text);
        if (condition) {
            rule.when = std::move(*condition);
        } else {
            log_warning("the verdict rule {} cannot be read and is off: {}", rule.id, condition.error().message);
            rule.mode = RuleMode::off;
        }
    }
    if (const auto text = row.optional_text("verdict")) rule.verdict = parse_verdict(*text);
    rule.ban_hours = row.optional_real("ban_hours");
    if (const auto text = row.optional_text("mode"); text && !rule.mode) rule.mode = parse_rule_mode(*text);
    rule.note = row.optional_text("note");
    if (const auto before = row.optional_text("before_rule")) rule.place = RulePlace{*before, row.integer("rank")};
    return rule;
}

template <class Value>
std::optional<std::string_view> stored_name(const std::optional<Value>& value)
{
    return value ? std::optional{to_string(*value)} : std::nullopt;
}

}  // namespace

std::vector<RuleOverride> VerdictRuleStore::overrides()
{
    static const std::string sql = std::string{rule_columns} + " ORDER BY rank, id";
    std::vector<RuleOverride> all;
    auto rows = database_.query(sql);
    while (rows.next()) all.push_back(read_override(rows));
    return all;
}

std::optional<RuleOverride> VerdictRuleStore::find(std::string_view id)
{
    static const std::string sql = std::string{rule_columns} + " WHERE id = ?";
    auto row = database_.query(sql, id);
    return row.next() ? std::optional{read_override(row)} : std::nullopt;
}

std::int64_t VerdictRuleStore::version()
{
    auto row = database_.query("SELECT version FROM verdict_rule_changes");
    return row.next() ? row.integer() : 0;
}

VerdictRules VerdictRuleStore::rules()
{
    const std::int64_t before = version();  // first: what changes in between is read again the next time
    return rules_in_force(overrides(), before);
}

void VerdictRuleStore::put(const RuleOverride& rule, Time now)
{
    const auto condition = rule.when ? std::optional{condition_text(*rule.when)} : std::nullopt;
    const auto before = rule.place ? std::optional{rule.place->before} : std::nullopt;
    database_.run(
        "INSERT INTO verdict_rules (id, own, condition, verdict, ban_hours, mode, note, before_rule, rank, created_at, "
        "updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10) "
        "ON CONFLICT (id) DO UPDATE SET condition = excluded.condition, verdict = excluded.verdict, "
        "ban_hours = excluded.ban_hours, mode = excluded.mode, note = excluded.note, "
        "before_rule = excluded.before_rule, rank = excluded.rank, updated_at = excluded.updated_at",
        rule.id, rule.own, condition, stored_name(rule.verdict), rule.ban_hours, stored_name(rule.mode), rule.note,
        before, rule.place ? rule.place->rank : 0, now);
    note_change();
}

bool VerdictRuleStore::remove(std::string_view id)
{
    const bool removed = database_.run("DELETE FROM verdict_rules WHERE id = ?", id) > 0;
    if (removed) note_change();
    return removed;
}

void VerdictRuleStore::set_places(std::span<const PlacedRule> places, Time now)
{
    for (const PlacedRule& each : places) {
        database_.run(
            "UPDATE verdict_rules SET before_rule = ?2, rank = ?3, updated_at = ?4 WHERE id = ?1 AND "
            "(before_rule IS DISTINCT FROM ?2 OR rank <> ?3)",
            each.id, each.place.before, each.place.rank, now);
    }
    note_change();
}

void VerdictRuleStore::count(std::string_view rule, Verdict verdict, Time now)
{
    database_.run(
        "INSERT INTO verdict_rule_counts (rule, verdict, count, last_at) VALUES (?1, ?2, 1, ?3) "
        "ON CONFLICT (rule, verdict) DO UPDATE SET count = verdict_rule_counts.count + 1, "
        "last_at = excluded.last_at",
        rule, to_string(verdict), now);
}

std::vector<RuleCount> VerdictRuleStore::counts()
{
    std::vector<RuleCount> all;
    auto rows = database_.query("SELECT rule, verdict, count, last_at FROM verdict_rule_counts ORDER BY rule, verdict");
    while (rows.next()) {
        const auto verdict = parse_verdict(rows.text("verdict"));
        if (verdict)
            all.push_back({.rule = rows.text("rule"),
                           .verdict = *verdict,
                           .count = rows.integer("count"),
                           .last_at = rows.time("last_at")});
    }
    return all;
}

void VerdictRuleStore::forget_counts(std::string_view rule)
{
    database_.run("DELETE FROM verdict_rule_counts WHERE rule = ?", rule);
}

void VerdictRuleStore::note_change() { database_.run("UPDATE verdict_rule_changes SET version = version + 1"); }

}  // namespace dreamina
