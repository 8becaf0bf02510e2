package api

import (
	"maps"
	"slices"
)

// itemCodes are the codes that say what is wrong with one value. A code of a whole refusal may stand there too, and those of mistakes in
// rules. A test holds the literals of the source against this list, and the OpenAPI document names it.
var itemCodes = []string{
	"absent", "account_archived", "before_last_move", "address_is_legal", "holiday", "off_hours", "overlap", "invalid_iban", "invalid_iban_length", "invalid_sdi", "invalid_tax_code", "main_needed", "own_group", "retired_field",
	"both_audiences", "circle", "configuration_amount", "configuration_choose", "configuration_excludes", "configuration_ratio", "configuration_requires", "configuration_rule", "ends_before_it_begins", "home_currency",
	"must_be_empty", "nested_bundle", "not_a_bundle", "price_of_everything", "price_or_percent", "product_replaced", "invalid_postal_code", "invalid_province", "other_country",
	"ambiguous_person", "folder_circle", "mention_cannot_see", "unknown_person",
	"changed_meanwhile", "day_too_long", "no_hours", "quarter_hours",
	"followers_early", "more_than_ordered", "over_budget", "task_circle", "too_early",
	"already_used", "invalid_payment_terms", "invoiced_elsewhere", "amount_too_large", "base_changed", "before_start", "beyond_invoice", "case_failed", "class_inactive", "content_differs_from_name",
	"control_character", "decided", "default_needed", "derived", "differs_from_class", "duplicate", "duplicate_found", "duplicate_hidden", "duplicate_name", "empty_body",
	"exemption_with_rate", "falls", "given_twice", "invoiced_here", "no_tranche", "group_advance", "group_billed", "group_closed", "group_currency", "group_customer", "group_elsewhere", "group_tax", "group_terms", "group_waits", "in_the_future", "in_the_past", "invalid", "invalid_character", "invalid_country",
	"invalid_cursor", "invalid_date", "invalid_decimal", "invalid_duration", "invalid_email", "invalid_id", "invalid_key", "invalid_origin", "invalid_phone", "invalid_pointer",
	"invalid_time", "invalid_utf8", "invalid_value", "invalid_vat", "is_rollback", "like_known", "may_not_approve", "limit", "malformed_query", "migration_running",
	"mismatch", "missing_column", "missing_permission", "mixed_currency", "more_than_open", "no_contact", "no_cost_rate", "no_exchange_rate", "no_rows",
	"no_shadow", "no_trials", "no_way_to_reach", "not_a_salesperson", "not_accepted_in_url", "not_an_allowed_place", "not_an_integer", "not_billable", "not_for_this_kind", "not_local_path",
	"not_reachable", "not_shown", "not_with_lead", "not_with_opportunity", "not_with_start", "not_without_start", "other_content", "out_of_range",
	"own_request", "product_inactive", "not_together", "read_only", "remainder_last", "required", "required_by_gate", "required_by_rule", "rule_refused", "same_record", "seconds", "see_header",
	"solved_before_answered", "stage_in_use", "sum_mismatch", "switched_off", "syntax", "time_does_not_exist", "too_deep", "too_large", "too_long", "too_many",
	"too_many_decimals", "too_old", "type_not_allowed", "undecided", "unfilled", "unknown_column", "unknown_currency", "unknown_field", "unknown_operator",
	"unknown_parameter", "unknown_record", "unknown_stage", "unknown_user", "unknown_value", "unknown_zone", "unreadable",
	"before", "document_type", "more_than_on_account", "more_than_received", "no_balance", "no_entries", "no_notice", "no_invoice", "no_statement", "other_currency", "other_iban", "pending", "sums_differ", "unsupported_version",
	"days_do_not_rise", "parts_do_not_sum",
	"unsupported", "user_inactive", "waits_needed", "would_block", "wrong_type",
}

// errorCodes are all codes that an entry of a refusal's errors may have.
func errorCodes() []string {
	all := append(append(problemCodes(), ruleCodes()...), itemCodes...)
	slices.Sort(all)
	return slices.Compact(all)
}

// problemCodes are all codes with which a request can be refused, from the one table.
func problemCodes() []string { return listOf(slices.Sorted(maps.Keys(statuses))...) }
