package api

import (
	"net/http"

	"leadtocash/store"
)

// code names a kind of refusal; it never changes once published.
type code string

// The codes that are used in more than one place.
const (
	codeNotFound         code = "not_found"
	codeMethodNotAllowed code = "method_not_allowed"
	codeForbidden        code = "forbidden"
	codeCSRF             code = "csrf"
	codeUnauthenticated  code = "unauthenticated"
	codeTokenExpired     code = "token_expired"
	codeBodyTooLarge     code = "body_too_large"
	codeMalformed        code = "malformed_json"
	codeMediaType        code = "unsupported_media_type"
	codeValidation       code = "validation_failed"
	codeParameter        code = "invalid_parameter"
	codeStale            code = "stale_version"
	codeClash            code = "idempotency_clash"
	codeBusy             code = "busy"
	codeAccepted         code = "accepted"
	codeEngineAway       code = "engine_unavailable"
	codeStorageAway      code = "storage_unavailable"
	codeRateLimited      code = "rate_limited"
	codeInternal         code = "internal"
	codeConflict         code = "conflict"
	codeGate             code = "gate_refused"
	codeDerived          code = "amount_is_derived"
	codeKeyRequired      code = "idempotency_key_required"
	codeKeyInvalid       code = "idempotency_key_invalid"
	codeDuplicateLead    code = "duplicate_external_id"
	codeDuplicate        code = "duplicate_record"
	codeFileType         code = "file_type_mismatch"
	codeImport           code = "import_invalid"
	codeTimedOut         code = "timed_out"
	codeGone             code = "canceled"
	codeRule             code = "rule_invalid"
	codeTranches         code = "tranches_do_not_sum"
)

// statuses is the one table of all codes with which a request can be refused, and their HTTP status. One that were missing would be a clash
// with the present state, 409; a test holds the literals of the source against it.
var statuses = map[code]int{
	codeNotFound:         http.StatusNotFound,
	codeMethodNotAllowed: http.StatusMethodNotAllowed,
	codeForbidden:        http.StatusForbidden,
	codeCSRF:             http.StatusForbidden,
	codeUnauthenticated:  http.StatusUnauthorized,
	codeTokenExpired:     http.StatusUnauthorized,
	codeBodyTooLarge:     http.StatusRequestEntityTooLarge,
	codeMalformed:        http.StatusBadRequest,
	codeMediaType:        http.StatusUnsupportedMediaType,
	codeValidation:       http.StatusUnprocessableEntity,
	codeImport:           http.StatusUnprocessableEntity,
	codeParameter:        http.StatusBadRequest,
	codeStale:            http.StatusPreconditionFailed,
	codeClash:            http.StatusConflict,
	codeBusy:             http.StatusServiceUnavailable,
	codeAccepted:         http.StatusAccepted,
	codeEngineAway:       http.StatusServiceUnavailable,
	codeStorageAway:      http.StatusServiceUnavailable,
	codeRateLimited:      http.StatusTooManyRequests,
	codeInternal:         http.StatusInternalServerError,
	codeConflict:         http.StatusConflict,
	codeGate:             http.StatusUnprocessableEntity,
	codeDerived:          http.StatusConflict,
	codeKeyRequired:      http.StatusBadRequest,
	codeKeyInvalid:       http.StatusBadRequest,
	codeDuplicateLead:    http.StatusConflict,
	codeDuplicate:        http.StatusConflict,
	codeFileType:         http.StatusUnprocessableEntity,
	codeTimedOut:         http.StatusServiceUnavailable,
	codeGone:             499,
	"bad_signature":      http.StatusUnauthorized,
	"origin_not_allowed": http.StatusForbidden,

	codeRule:                   http.StatusUnprocessableEntity,
	"cases_failed":             http.StatusUnprocessableEntity,
	codeRuleConflict:           http.StatusConflict,
	codeTranches:               http.StatusUnprocessableEntity,
	"over_approval_limit":      http.StatusForbidden,
	"self_approval":            http.StatusForbidden,
	"handoff_other_department": http.StatusForbidden,
	store.NoWriting:            http.StatusForbidden,
	"not_author":               http.StatusForbidden,

	// clashes with the state of a record
	"account_busy":                http.StatusConflict,
	"main_address":                http.StatusConflict,
	"already_corrected":           http.StatusConflict,
	"timesheet_locked":            http.StatusConflict,
	"expense_locked":              http.StatusConflict,
	"expense_not_submitted":       http.StatusConflict,
	"no_billable_expenses":        http.StatusConflict,
	"cost_billed":                 http.StatusConflict,
	"billed_by_plan":              http.StatusConflict,
	"nothing_earned":              http.StatusConflict,
	"progress_not_signed":         http.StatusConflict,
	"earned_billed":               http.StatusConflict,
	"contract_billed":             http.StatusConflict,
	"earned_changed":              http.StatusConflict,
	"billing_begun":               http.StatusConflict,
	"time_billed":                 http.StatusConflict,
	"sign_off_not_asked_for":      http.StatusConflict,
	"sign_off_asked":              http.StatusConflict,
	"milestone_not_reached":       http.StatusConflict,
	"milestone_signed":            http.StatusConflict,
	"progress_signed":             http.StatusConflict,
	"plan_closed":                 http.StatusConflict,
	"plan_not_confirmed":          http.StatusConflict,
	"timesheet_not_submitted":     http.StatusConflict,
	"already_converted":           http.StatusConflict,
	"case_closed":                 http.StatusConflict,
	"case_merged":                 http.StatusConflict,
	"contract_closed":             http.StatusConflict,
	"cost_not_actual":             http.StatusConflict,
	"nothing_open":                http.StatusConflict,
	"hold_over":                   http.StatusConflict,
	"collection_held":             http.StatusConflict,
	"no_next_letter":              http.StatusConflict,
	"reminded_today":              http.StatusConflict,
	"counter_entry":               http.StatusConflict,
	"already_decided":             http.StatusConflict,
	"refund_not_approved":         http.StatusConflict,
	"already_done":                http.StatusConflict,
	"nothing_to_send":             http.StatusConflict,
	"nothing_to_import":           http.StatusConflict,
	"already_invoiced":            http.StatusConflict,
	"already_taken":               http.StatusConflict,
	"already_cancelled":           http.StatusConflict,
	codeConflicts:                 http.StatusConflict,
	"not_written":                 http.StatusConflict,
	"contract_not_finished":       http.StatusConflict,
	"not_automatic":               http.StatusConflict,
	"notice_late":                 http.StatusConflict,
	"no_phases":                   http.StatusConflict,
	"cost_of_order":               http.StatusConflict,
	"duplicate_invoice":           http.StatusConflict,
	"decision_final":              http.StatusConflict,
	"draft_exists":                http.StatusConflict,
	"erp_done":                    http.StatusConflict,
	"erp_sending":                 http.StatusConflict,
	"amendment_pending":           http.StatusConflict,
	"amendment_not_there":         http.StatusConflict,
	"amendment_outdated":          http.StatusConflict,
	"below_invoiced":              http.StatusConflict,
	"contract_amended":            http.StatusConflict,
	"erp_not_amended":             http.StatusConflict,
	"nothing_changed":             http.StatusConflict,
	"undo_pending":                http.StatusConflict,
	"invoice_void":                http.StatusConflict,
	"nothing_to_credit":           http.StatusConflict,
	"rebill_not_whole":            http.StatusConflict,
	"undo_not_there":              http.StatusConflict,
	"undo_not_waiting":            http.StatusConflict,
	"exception_impossible":        http.StatusConflict,
	"exception_not_needed":        http.StatusConflict,
	"exception_outdated":          http.StatusConflict,
	"exception_pending":           http.StatusConflict,
	"handoff_answered":            http.StatusConflict,
	"handoff_line_changed":        http.StatusConflict,
	"handoff_open":                http.StatusConflict,
	"handoff_unknown":             http.StatusConflict,
	"document_of_record":          http.StatusConflict,
	"folder_in_use":               http.StatusConflict,
	"note_withdrawn":              http.StatusConflict,
	"same_file":                   http.StatusConflict,
	"duplicate_payment":           http.StatusConflict,
	"duplicate_refund":            http.StatusConflict,
	"already_returned":            http.StatusConflict,
	"nothing_to_waive":            http.StatusConflict,
	"already_planned":             http.StatusConflict,
	"plan_disputed":               http.StatusConflict,
	"with_legal":                  http.StatusConflict,
	"write_off_waiting":           http.StatusConflict,
	"rate_used":                   http.StatusConflict,
	"above_limit":                 http.StatusForbidden,
	"more_than_open":              http.StatusConflict,
	"payment_refunded":            http.StatusConflict,
	"entry_decided":               http.StatusConflict,
	"einvoice_not_rejected":       http.StatusConflict,
	"wrong_direction":             http.StatusConflict,
	"other_amount":                http.StatusConflict,
	"duplicate_sku":               http.StatusConflict,
	"duplicate_vat":               http.StatusConflict,
	"invoice_date_falls":          http.StatusConflict,
	"issued_invoice_is_immutable": http.StatusConflict,
	"lead_closed":                 http.StatusConflict,
	codeModuleOff:                 http.StatusConflict,
	"merge_final":                 http.StatusConflict,
	"merge_not_last":              http.StatusConflict,
	"merge_not_there":             http.StatusConflict,
	"opportunity_closed":          http.StatusConflict,
	"order_not_approving":         http.StatusConflict,
	"order_not_validating":        http.StatusConflict,
	"overpayment":                 http.StatusConflict,
	"own_account":                 http.StatusConflict,
	"progress_falls":              http.StatusConflict,
	"project_closed":              http.StatusConflict,
	"project_not_finished":        http.StatusConflict,
	"quote_already_accepted":      http.StatusConflict,
	"configuration_amount":        http.StatusUnprocessableEntity,
	"configuration_rule":          http.StatusUnprocessableEntity,
	"configuration_choose":        http.StatusUnprocessableEntity,
	"configuration_excludes":      http.StatusUnprocessableEntity,
	"configuration_ratio":         http.StatusUnprocessableEntity,
	"configuration_requires":      http.StatusUnprocessableEntity,
	"deposit_not_due":             http.StatusConflict,
	"deposit_too_small":           http.StatusConflict,
	"paper_changed":               http.StatusConflict,
	"too_many_comments":           http.StatusConflict,
	"too_many_variants":           http.StatusConflict,
	"quote_not_draft":             http.StatusConflict,
	"quote_not_open":              http.StatusConflict,
	"shadow_running":              http.StatusConflict,
	"tranche_not_billable":        http.StatusConflict,
	"transition_not_allowed":      http.StatusConflict,
	"unknown_command":             http.StatusConflict,
}

func (c code) status() int {
	if s, ok := statuses[c]; ok {
		return s
	}
	return http.StatusConflict
}
