#pragma once
/// Which models there are, who may serve them and how often. The rows are data in the database.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/message/message.hpp"
#include "core/domain/account/region_token.hpp"
#include "core/domain/settings.hpp"

namespace dreamina {

/// A model under one of the names that clients ask for.
struct ModelName {
    std::string name;                  ///< `*` stands for any text, also for none; nothing else is special
    RegionSet regions = every_region;  ///< where the upstream offers it under this name
    /// What the upstream calls it; empty: the same. Where the name has one star, a star here stands for what that one
    /// does.
    std::string send_as = {};
};

struct Model {
    std::string id;  ///< the name it is counted under
    bool needs_points = true;
    std::optional<std::string> limit_setting;  ///< key of the setting with its daily limit
    std::optional<std::int64_t> own_limit;     ///< a daily limit of its own, instead of a setting's
    std::optional<int> limit_bit;  ///< its place in an account's set of exhausted models; only models with a limit
    std::vector<ModelName> names;  ///< the id itself among them
};

bool has_limit(const Model& model);

/// Where it is offered under its id.
RegionSet regions_of(const Model& model);

/// All that choosing an account for one request needs to know of the model.
struct ModelRule {
    std::string id;
    RegionSet regions = every_region;
    bool needs_points = true;
    std::optional<std::int64_t> daily_limit;  ///< calls per account and day
    std::optional<int> limit_bit;
    std::string send_as = {};  ///< the name that the upstream is to get; empty: as the client wrote it
};

/// What a request is counted under when its model cannot be read.
constexpr std::string_view unnamed_model = "unknown";

/// No model has a longer name; they are counted under `unnamed_model` so that they cannot fill the database.
constexpr std::size_t max_model_name_length = 100;

bool is_wildcard(std::string_view name);

/// Whether a client's text fits a name with wildcards.
bool fits_wildcard(std::string_view wildcard, std::string_view text);

/// What is wrong with a name, or with an id (which stands in paths, and under which calls are counted).
std::optional<Message> model_name_fault(std::string_view name);
std::optional<Message> model_id_fault(std::string_view id);
/// … or with what is sent on instead of a name.
std::optional<Message> send_as_fault(std::string_view name, std::string_view send_as);

/// Names as clients wrote them, and the regions where the upstream has lately refused each.
using RefusedRegions = std::map<std::string, RegionSet, std::less<>>;

/// For reading by any number of threads.
class ModelCatalog {
public:
    explicit ModelCatalog(std::vector<Model> models = {}, RefusedRegions refused = {});

    /// The rule for a name as a client wrote it: the model with exactly this name, else that of the wildcard with the
    /// most literal characters that fits, the first in the catalogue's order of those with equally many. Chat clients
    /// write the size of a picture behind the name ("jimeng-4.0:1024x1024"), so each name also stands for `<name>:*`.
    /// A model that is not in the catalogue: any region, needs points, no limit, counted under its own name.
    /// Without the regions where the name was refused.
    ModelRule resolve(std::string_view name, const Settings& settings) const;

    /// The same model; nothing for a name that is not in the catalogue.
    const Model* find(std::string_view name) const;

    const std::vector<Model>& models() const { return models_; }

private:
    /// A name of a model, by their places.
    struct Entry {
        std::size_t model;
        std::size_t name;
    };
    struct Wildcard {
        std::string name;
        Entry entry;
    };
    const Entry* entry_for(std::string_view name) const;
    ModelRule rule_of(const Entry& entry, std::string_view asked, const Settings& settings) const;

    std::vector<Model> models_;
    std::unordered_map<std::string, Entry> by_name_;
    std::vector<Wildcard> wildcards_;  // those to be tried first come first
    RefusedRegions refused_;
};

/// The daily limit in force; nothing for a model without one.
std::optional<std::int64_t> daily_limit(const Model& model, const Settings& settings);

}  // namespace dreamina
