package api

import "leadtocash/crm"

// ruleRoutes is the table of the rules workbench (N2, N3, N9): versions, drafts, trials, activation, migration of running processes.
func ruleRoutes() []route {
	return append(withoutQuery([]route{
		{method: get, path: "/api/v1/rules", need: crm.MayReadRules, do: listRules},
		{method: post, path: "/api/v1/rules/check", need: crm.MayReadRules, do: postRulesCheck},
		{method: get, path: "/api/v1/rules/:kind/versions", need: crm.MayReadRules, do: listRuleVersions},
		{method: get, path: "/api/v1/rules/:kind/versions/:n", need: crm.MayReadRules, do: getRuleVersion},
		{method: post, path: "/api/v1/rules/:kind/restore", need: crm.MayWriteRules, do: postRuleRestore},

		{method: post, path: "/api/v1/rules/drafts", need: crm.MayWriteRules, do: postRuleDraft},
		{method: get, path: "/api/v1/rules/drafts/:id", need: crm.MayReadRules, do: getRuleDraft},
		{method: patch, path: "/api/v1/rules/drafts/:id", need: crm.MayWriteRules, do: patchRuleDraft},
		{method: post, path: "/api/v1/rules/drafts/:id/findings", need: crm.MayReadRules, do: postRuleFindings},
		{method: post, path: "/api/v1/rules/drafts/:id/try", need: crm.MayWriteRules, do: postRuleTry},
		{method: get, path: "/api/v1/rules/drafts/:id/rebase", need: crm.MayReadRules, do: getRuleRebase},
		{method: post, path: "/api/v1/rules/drafts/:id/rebase", need: crm.MayWriteRules, do: postRuleRebase},
		{method: post, path: "/api/v1/rules/drafts/:id/shadow", need: crm.MayWriteRules, do: postRuleShadow},
		{method: post, path: "/api/v1/rules/drafts/:id/activate", need: crm.MayWriteRules, do: postRuleActivate},
		{method: remove, path: "/api/v1/rules/drafts/:id", need: crm.MayWriteRules, do: deleteRuleDraft},

		{method: get, path: "/api/v1/rules/shadows", need: crm.MayWriteRules, do: listRuleShadows},
		{method: get, path: "/api/v1/rules/shadows/:id", need: crm.MayWriteRules, do: getRuleShadow},
		{method: post, path: "/api/v1/rules/shadows/:id/end", need: crm.MayWriteRules, do: postRuleShadowEnd},

		{method: get, path: "/api/v1/rules/migrations/:id", need: crm.MayReadRules, do: getRuleMigration},
		{method: post, path: "/api/v1/rules/migrations/:id/rollback", need: crm.MayWriteRules, do: postRuleRollback},

		{method: get, path: "/api/v1/process/:id/verdicts", need: crm.MayReadProcess, do: listVerdicts},
	}),
		route{method: get, path: "/api/v1/rules/drafts", need: crm.MayReadRules, do: listRuleDrafts},
		route{method: get, path: "/api/v1/rules/:kind/diff", need: crm.MayReadRules, do: getRuleDiff},
	)
}
