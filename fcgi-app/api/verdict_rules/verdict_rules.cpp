#include "api/verdict_rules/verdict_rules.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "api/audit/audit_record.hpp"
#include "api/verdict_rules/verdict_rule_json.hpp"
#include "core/base/message/coded_error.hpp"
#include "core/domain/verdict/verdict_pack.hpp"
#include "core/storage/engine/transaction.hpp"
#include "core/storage/stores/verdict_rule_store.hpp"

namespace dreamina {
namespace {

HandlerResult list_rules(Call& call);
HandlerResult show_rule(Call& call);
HandlerResult add_rule(Call& call);
HandlerResult change_rule(Call& call);
HandlerResult remove_rule(Call& call);
HandlerResult reorder_rules(Call& call);
HandlerResult explain_answer(Call& call);

}  // namespace

std::vector<Route> verdict_rule_routes()
{
    return {
        {"GET", "/api/verdict-rules", Access::admin, list_rules},
        {"POST", "/api/verdict-rules", Access::admin, add_rule},
        {"POST", "/api/verdict-rules/reorder", Access::admin, reorder_rules},
        {"POST", "/api/verdict-rules/explain", Access::admin, explain_answer},
        {"GET", "/api/verdict-rules/{id}", Access::admin, show_rule},
        {"PUT", "/api/verdict-rules/{id}", Access::admin, change_rule},
        {"DELETE", "/api/verdict-rules/{id}", Access::admin, remove_rule},
    };
}

namespace {

Reply unknown_rule() { return error_reply(404, "error.unknown_rule"); }

Reply protected_rule(const VerdictRule& rule) { return error_reply(409, "error.protected_rule", {{"rule", rule.id}}); }

Audited audited(const VerdictRule& rule)
{
    return {.kind = AuditSubject::verdict_rule, .id = rule.id, .name = rule.id};
}

/// The rules in force, and what of them is the administrators'.
struct RulesShown {
    explicit RulesShown(Database& database)
    {
        VerdictRuleStore store{database};
        version = version_text(store.version());
        overrides = store.overrides();
        rules = merged(rule_pack().rules, overrides);
        for (const RuleCount& each : store.counts()) counts[each.rule].push_back(each);
    }

    const RuleOverride* stored(std::string_view id) const
    {
        const auto found =
            std::find_if(overrides.begin(), overrides.end(), [&](const RuleOverride& each) { return each.id == id; });
        return found == overrides.end() ? nullptr : &*found;
    }
    std::optional<std::size_t> place_of(std::string_view id) const
    {
        const auto found =
            std::find_if(rules.begin(), rules.end(), [&](const VerdictRule& each) { return each.id == id; });
        return found == rules.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - rules.begin())};
    }
    Json counted_json(const std::string& id) const
    {
        Json list = Json::array();
        const auto found = counts.find(id);
        if (found == counts.end()) return list;
        for (const RuleCount& each : found->second)
            list.push_back(
                {{"verdict", to_string(each.verdict)}, {"count", each.count}, {"last_at", to_rfc3339(each.last_at)}});
        return list;
    }
    Json rule_json(std::size_t at) const
    {
        const VerdictRule& rule = rules[at];
        const RuleOverride* with = stored(rule.id);
        const bool changes = with != nullptr && !with->own &&
                             (with->when || with->verdict || with->ban_hours || with->mode || with->note);
        const VerdictRule* shadow = shadow_of(rules, at);
        Json json = rule_fields_json(rule);
        json["order"] = at + 1;
        json["built_in"] = rule.built_in;
        json["changed"] = changes;
        json["moved"] = rule.built_in && with != nullptr && with->place.has_value();
        json["protected"] = is_protected(rule);
        json["shadowed_by"] = shadow == nullptr ? Json(nullptr) : Json(shadow->id);
        json["counted"] = counted_json(rule.id);
        return json;
    }
    Json list_json() const
    {
        Json items = Json::array();
        for (std::size_t i = 0; i < rules.size(); ++i) items.push_back(rule_json(i));
        return {{"version", version}, {"items", std::move(items)}};
    }

    std::string version;
    std::vector<RuleOverride> overrides;
    std::vector<VerdictRule> rules;
    std::map<std::string, std::vector<RuleCount>> counts;
};

Reply shown_rule(Database& database, std::string_view id)
{
    const RulesShown shown{database};
    const auto at = shown.place_of(id);
    return at ? json_reply(200, shown.rule_json(*at)) : unknown_rule();
}

const VerdictRule* shipped_rule(std::string_view id)
{
    const auto& rules = rule_pack().rules;
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const VerdictRule& each) { return each.id == id; });
    return found == rules.end() ? nullptr : &*found;
}

/// Puts `id` before `before`, or at the end. The rules that have a place of their own, with `id`, get new ones.
std::vector<PlacedRule> moved(const RulesShown& shown, const std::string& id, const std::optional<std::string>& before)
{
    std::vector<std::string> ids;
    std::set<std::string> placed{id};
    for (const VerdictRule& rule : shown.rules)
        if (rule.id != id) ids.push_back(rule.id);
    for (const RuleOverride& each : shown.overrides)
        if (each.own || each.place) placed.insert(each.id);
    ids.insert(before ? std::find(ids.begin(), ids.end(), *before) : ids.end(), id);
    return places_of(ids, placed);
}

/// An id that no own rule has.
std::string free_id(const RulesShown& shown)
{
    for (std::size_t number = 1;; ++number) {
        std::string id = fmt::format("{}{}", own_rule_prefix, number);
        if (!shown.place_of(id)) return id;
    }
}

HandlerResult list_rules(Call& call) { return json_reply(200, RulesShown{call.database}.list_json()); }

HandlerResult show_rule(Call& call) { return shown_rule(call.database, call.captures.at(0)); }

HandlerResult add_rule(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    Transaction transaction{call.database};
    const RulesShown shown{call.database};
    auto wanted = read_new_rule(*reader, free_id(shown));
    if (!wanted) return bad_body_reply(wanted.error());
    const VerdictRule& rule = wanted->rule;
    if (shown.place_of(rule.id))
        return error_reply(409, field_error("error.known_rule", "id", {"field.rule_taken"}, {{"id", rule.id}}));
    if (wanted->before && !shown.place_of(*wanted->before))
        return bad_body_reply(field_error("error.invalid_field", "before", {"field.not_rule"}));
    const auto own = std::count_if(shown.overrides.begin(), shown.overrides.end(),
                                   [](const RuleOverride& each) { return each.own; });
    if (std::cmp_greater_equal(own, max_own_rules))
        return error_reply(409, "error.too_many_rules", {{"max", max_own_rules}});

    VerdictRuleStore store{call.database};
    store.put({.id = rule.id,
               .own = true,
               .when = rule.when,
               .verdict = rule.verdict,
               .ban_hours = rule.ban_hours,
               .mode = rule.mode,
               .note = rule.note,
               .place = RulePlace{}},
              call.now);
    const std::string first = shown.rules.front().id;
    store.set_places(moved(shown, rule.id, wanted->before.value_or(first)), call.now);
    record_audit(call, AuditAction::create, audited(rule), differences(Json::object(), rule_fields_json(rule)));
    transaction.commit();
    return shown_rule(call.database, rule.id);
}

HandlerResult change_rule(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    Transaction transaction{call.database};
    const RulesShown shown{call.database};
    const auto at = shown.place_of(call.captures.at(0));
    if (!at) return unknown_rule();
    const VerdictRule& before = shown.rules[*at];
    const auto after = read_rule_change(*reader, before);
    if (!after) return bad_body_reply(after.error());
    if (*after == before) return json_reply(200, shown.rule_json(*at));
    const VerdictRule* shipped = before.built_in ? shipped_rule(before.id) : nullptr;
    if (shipped != nullptr && is_protected(*shipped)) return protected_rule(*shipped);

    const RuleOverride* stored = shown.stored(before.id);
    RuleOverride with = shipped == nullptr ? *stored : override_of(*after, *shipped);
    if (shipped == nullptr) {
        with.when = after->when;
        with.verdict = after->verdict;
        with.ban_hours = after->ban_hours;
        with.mode = after->mode;
        with.note = after->note;
    } else if (stored != nullptr) {
        with.place = stored->place;
    }
    VerdictRuleStore store{call.database};
    if (with.empty()) {
        store.remove(with.id);
    } else {
        store.put(with, call.now);
    }
    if (after->mode != RuleMode::count) store.forget_counts(after->id);
    record_difference(call, AuditAction::change, audited(*after),
                      differences(rule_fields_json(before), rule_fields_json(*after)));
    transaction.commit();
    return shown_rule(call.database, after->id);
}

HandlerResult remove_rule(Call& call)
{
    Transaction transaction{call.database};
    const RulesShown shown{call.database};
    const auto at = shown.place_of(call.captures.at(0));
    if (!at) return unknown_rule();
    const VerdictRule& before = shown.rules[*at];
    VerdictRuleStore store{call.database};
    store.remove(before.id);
    store.forget_counts(before.id);
    if (!before.built_in) {
        record_audit(call, AuditAction::remove, audited(before), differences(rule_fields_json(before), Json::object()));
        transaction.commit();
        return json_reply(200, {{"message", "Rule deleted"}});
    }
    Json was = rule_fields_json(before);
    Json is = rule_fields_json(*shipped_rule(before.id));
    was["order"] = *at + 1;
    is["order"] = RulesShown{call.database}.place_of(before.id).value_or(0) + 1;
    record_difference(call, AuditAction::change, audited(before), differences(was, is));
    transaction.commit();
    return json_reply(200, {{"message", "The rule is as it was shipped"}});
}

HandlerResult reorder_rules(Call& call)
{
    auto reader = JsonReader::parse(call.request.body.text());
    if (!reader) return bad_body_reply(reader.error());
    constexpr JsonReader::Text any_id{.min = 1, .max = 100};
    const std::string id = reader->required("id", reader->text("id", any_id));
    const auto before = reader->text("before", any_id);
    if (!before.present) reader->fail("before", {"field.before_required"});
    Transaction transaction{call.database};
    const RulesShown shown{call.database};
    const auto at = shown.place_of(id);
    if (!id.empty() && !at) reader->fail("id", {"field.not_rule"});
    if (before.value && (*before.value == id || !shown.place_of(*before.value)))
        reader->fail("before", {"field.not_other_rule"});
    if (const auto faults = reader->finish(); !faults) return bad_body_reply(faults.error());

    const VerdictRule& rule = shown.rules[*at];
    VerdictRuleStore store{call.database};
    if (shown.stored(id) == nullptr) store.put({.id = id, .place = RulePlace{}}, call.now);
    if (const RuleOverride* stored = shown.stored(id); stored != nullptr && !stored->place) {
        RuleOverride with = *stored;
        with.place = RulePlace{};
        store.put(with, call.now);
    }
    store.set_places(moved(shown, id, before.value), call.now);
    const RulesShown after{call.database};
    record_difference(call, AuditAction::change, audited(rule),
                      differences({{"order", *at + 1}}, {{"order", after.place_of(id).value_or(0) + 1}}));
    transaction.commit();
    return json_reply(200, after.list_json());
}

Json fitting_json(const VerdictRule* rule)
{
    if (rule == nullptr) return nullptr;
    return {{"id", rule->id}, {"verdict", to_string(rule->verdict)}, {"mode", to_string(rule->mode)}};
}

HandlerResult explain_answer(Call& call)
{
    const auto answer = read_answer(call.request.body.text());
    if (!answer) return bad_body_reply(answer.error());
    const VerdictRules rules = VerdictRuleStore{call.database}.rules();
    const Judgement judgement = judge(*answer, rules);
    const auto fitting = rules.fitting(*answer);
    Json fits = Json::array();
    for (const VerdictRule* rule : fitting) fits.push_back(fitting_json(rule));
    const auto next = std::find_if(fitting.begin(), fitting.end(), [&](const VerdictRule* rule) {
        return rule->mode == RuleMode::on && rule->id != judgement.rule;
    });
    return json_reply(200, {{"version", rules.version()},
                            {"verdict", to_string(judgement.verdict)},
                            {"rule", judgement.rule.empty() ? Json(nullptr) : Json(judgement.rule)},
                            {"next", fitting_json(next == fitting.end() ? nullptr : *next)},
                            {"fitting", std::move(fits)},
                            {"read",
                             {{"status", answer->status},
                              {"code", answer->code ? Json(*answer->code) : Json(nullptr)},
                              {"message", answer->message},
                              {"error", answer->error},
                              {"empty_data", answer->empty_data},
                              {"content_type", answer->content_type}}}});
}

}  // namespace
}  // namespace dreamina
