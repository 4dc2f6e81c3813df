#pragma once
/// A setting's value on its way into its member: from JSON, or as text from the environment.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain/settings.hpp"

namespace dreamina {

/// What is wrong with a value, without the setting's key.
using SettingFault = std::optional<Message>;

/// Checks type, range, choices and the row's own check, and stores the value if it fits.
SettingFault store(std::int64_t& member, const SettingRow& row, const SettingValue& value);
SettingFault store(double& member, const SettingRow& row, const SettingValue& value);
SettingFault store(bool& member, const SettingRow& row, const SettingValue& value);
SettingFault store(std::string& member, const SettingRow& row, const SettingValue& value);
SettingFault store(std::optional<std::string>& member, const SettingRow& row, const SettingValue& value);
SettingFault store(std::optional<std::int64_t>& member, const SettingRow& row, const SettingValue& value);

/// A number however it was written; not a boolean, which JSON's users write for a switch and never for a number.
std::optional<double> number_in(const SettingValue& value);

bool in_range(const SettingRow& row, double number);

/// Finite, and nothing behind it.
std::optional<double> parse_number(std::string_view text);

}  // namespace dreamina
