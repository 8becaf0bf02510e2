package api

var ruleCalls = map[string]call{
	"GET /api/v1/rules": reading("Rules", "List the rule sets in force", ruleList{}).plain().
		says("N1, N3", "New processes get these; a process keeps those it began with."),
	"POST /api/v1/rules/check": call{tag: "Rules", summary: "Check a rule without saving it", body: rulesCheckBody{}, answers: map[int]any{200: rulesCheckView{}}, refuses: []code{codeRule}}.
		says("S097, S098, B094-B106", "With `kind` the source is a whole rule set in YAML; without it, one condition. Every mistake is told with line, column and the nearest known name.").
		like(`{"source":"deal.amount > 1000 and customer.vat != ''"}`),
	"GET /api/v1/rules/:kind/versions":    reading("Rules", "List the versions of a kind", ruleVersionList{}).plain().says("N3", "The newest first, at most 50, without their text."),
	"GET /api/v1/rules/:kind/versions/:n": reading("Rules", "Read a version", ruleVersionRecord{}).plain().says("N3", "Its text never changes. With it comes the trial that its author saw."),
	"GET /api/v1/rules/:kind/diff": asking(reading("Rules", "Compare two versions clause by clause", ruleDiffRecord{}).plain(),
		parameter{"from", "The older version.", schema{"type": "integer", "minimum": 1}}, parameter{"to", "The newer one; without it, the active one.", schema{"type": "integer", "minimum": 1}}).asksFor(map[string]string{"from": "1"}).
		may(codeRule).says("N3", "Entries of lists are known by their key, id or name; comments and spelling do not count."),
	"POST /api/v1/rules/:kind/restore": activating("Restore an earlier version", ruleRestoreBody{}).
		says("N3", "Its text becomes a new version. The cases in it must pass.").like(`{"version":1,"comment":"The old gates were better"}`),

	"GET /api/v1/rules/drafts": asking(reading("Rules", "List drafts", ruleDraftList{}).plain(), parameter{"kind", "Only those of this kind.", schema{"type": "string", "enum": texts(enumerations["rule_kind"]())}}).
		says("N9", "The latest first, without their text."),
	"POST /api/v1/rules/drafts": creating("Rules", "Begin a draft", ruleDraftBody{}, ruleDraftRecord{}).located("201").header("ETag", "201").
		says("N9", "Nothing follows a draft. It may have mistakes; its findings tell them.").like(`{"kind":"order","source":"order:\n  checks:\n    - order.total > 0\n","comment":"Only what is worth something"}`),
	"GET /api/v1/rules/drafts/:id":    reading("Rules", "Read a draft", ruleDraftRecord{}).header("ETag", "200"),
	"PATCH /api/v1/rules/drafts/:id":  patching("Rules", "Change a draft", ruleDraftPatch{}, ruleDraftRecord{}).says("N9", "").like(`{"comment":"As agreed with finance"}`),
	"DELETE /api/v1/rules/drafts/:id": removing("Rules", "Drop a draft").says("N9", ""),
	"POST /api/v1/rules/drafts/:id/findings": call{tag: "Rules", summary: "Find out about a draft", answers: map[int]any{200: ruleFindingsRecord{}}}.
		says("N9", "Mistakes with their places; what the cases in it answer; gaps, which no case would notice; what the linter finds."),
	"POST /api/v1/rules/drafts/:id/try": call{tag: "Rules", summary: "Try a draft on the deals", answers: map[int]any{200: ruleTrialRecord{}}, refuses: []code{codeRule, codeConflict}}.
		says("N2", "It runs over all open deals and over the steps of past wins and losses, against the active version, and changes none of them. The report stays with the draft. Kinds `pipeline` and `order`."),
	"GET /api/v1/rules/drafts/:id/rebase": reading("Rules", "Read what the active version would bring into a draft", ruleRebaseRecord{}).plain().may(codeRule).header("ETag", "200").
		says("N3", "Clause by clause between the version that the draft was begun on, the active one and the draft: what only one changed is taken, what both changed is a conflict."),
	"POST /api/v1/rules/drafts/:id/rebase": call{
		tag: "Rules", summary: "Bring the changes of the active version into a draft", body: ruleRebaseBody{}, optional: true, answers: map[int]any{200: ruleDraftRecord{}}, refuses: []code{codeRule, codeConflict},
	}.matching().header("ETag", "200").says("N3", "The draft then stands on the active version. Each conflict needs a choice.").like(`{"choices":[{"path":"stages.send.enter.vat","take":"active"}]}`),
	"POST /api/v1/rules/drafts/:id/activate": activating("Put a draft into force", ruleActivateBody{}).bodiless().matching().
		says("N3, N9, B107", "New processes get it; with `running` the present ones are taken along by a migration. A failing case refuses it; so do deals that only the new text stops, until `confirm`, and a version that became active since the draft was begun.").
		like(`{"running":false,"comment":"VAT before the quote"}`),

	"POST /api/v1/rules/drafts/:id/shadow": creating("Rules", "Let a draft run in the shadow", ruleShadowBody{}, ruleShadowRecord{}).bodiless().located("201").may(codeRule, "shadow_running").
		says("N10", "It is asked about every real step beside the rules that decide, and decides nothing. The text of this moment runs; the draft may go on. Kinds `pipeline` and `order`, one at a time.").like(`{"days":14}`),
	"GET /api/v1/rules/shadows":     reading("Rules", "List what runs or ran in the shadow", ruleShadowList{}).plain().says("N10", "The newest first, without their text."),
	"GET /api/v1/rules/shadows/:id": reading("Rules", "Read what a draft in the shadow says otherwise", ruleShadowRecord{}).plain().says("N10", "Refusals and passages with the deal and the condition."),
	"POST /api/v1/rules/shadows/:id/end": call{tag: "Rules", summary: "End a draft's run in the shadow", body: emptyBody{}, optional: true, answers: map[int]any{200: ruleShadowRecord{}}}.
		says("N10", "Asked again it answers the same."),

	"GET /api/v1/rules/migrations/:id": reading("Rules", "Read how far a migration has come", ruleMigrationRecord{}).plain().says("N3", ""),
	"POST /api/v1/rules/migrations/:id/rollback": call{
		tag: "Rules", summary: "Take a migration back", body: ruleRollbackBody{}, optional: true, answers: map[int]any{202: ruleMigrationRecord{}}, refuses: []code{codeConflict, codeBusy},
	}.located("202").says("N3", "Each process gets the version that it had before, unless another migration took it further. Asked again it shows the same rollback."),
	"GET /api/v1/process/:id/verdicts": reading("Processes", "Why something was allowed or refused then", verdictList{}).plain().
		says("N1, N7", "What the rules said, the newest first: each condition with the values of then, and the version whose text `/rules/{kind}/versions/{n}` keeps."),
}

// activating describes what makes a version.
func activating(summary string, body any) call {
	return call{
		tag: "Rules", summary: summary, body: body, key: keyTaken, once: true, answers: map[int]any{200: ruleActivationRecord{}},
		refuses: []code{codeRule, "cases_failed", codeRuleConflict, codeConflict, "already_done"},
	}
}

// asking adds query parameters.
func asking(c call, query ...parameter) call {
	c.query = query
	return c
}
