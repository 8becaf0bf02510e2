package api

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"os"
	"testing"
)

// provedBy names the test that makes a case of the list which needs more than one request to make.
var provedBy = map[string]string{
	"B025": "TestLeadCapture", "B026": "TestPublicForm", "B028": "TestAnswersBecomeProblems", "B046": "TestAnswersBecomeProblems", "B047": "TestAnswersBecomeProblems",
	"B056": "TestGateRefusal", "B058": "TestAnswersBecomeProblems", "B059": "TestAnswersBecomeProblems", "B062": "TestAnswersBecomeProblems",
	"B064": "TestAnswersBecomeProblems", "B065": "TestAnswersBecomeProblems", "B067": "TestCrossSitePostIsRefused", "B070": "TestDoublePostIsOneDecision",
	"B077": "TestFilterValueIsText", "B086": "TestForeignRecordsDoNotExist", "B088": "TestSalespersonChangesNoRules", "B091": "TestLoginAndLogout",
	"B092": "TestLoginNextIsLocal", "B107": "TestActivationThatBlocksDeals", "B109": "TestDocuments", "B110": "TestDocuments", "B112": "TestDocuments", "B113": "TestImportOfLeads",
	"B115": "TestImportPage", "B116": "TestSpreadsheets", "B122": "TestSignedHook", "B124": "TestSignedHook", "B127": "TestWorkAtOnceWhileTheEngineIsAway", "B128": "TestFailuresSayNothing",
	"B130": "TestFailuresSayNothing", "B131": "TestTypedTextIsEscaped",
}

// otherwise says of the remaining cases why they cannot be made.
var otherwise = map[string]string{
	"B073": "the same key while the first is running waits for its answer instead of being refused",
	"B118": "invoices are not imported",
	"B119": "there are no outgoing webhooks",
	"B121": "there are no outgoing webhooks",
	"B125": "the ERP is asked; it does not call",
}

// Every case of the list of bad inputs is made with the status and code it asks for, or there is a reason why not.
func TestEveryBadInputIsAnswered(t *testing.T) {
	t.Parallel()
	made := map[string]badInput{}
	for _, c := range readCases[badInput](t, "testdata/bad_inputs.json") {
		made[c.ID] = c
	}
	tests := testNames(t)
	for id := range otherwise {
		if provedBy[id] != "" || made[id].ID != "" {
			t.Errorf("%s is made and yet there is a reason why not", id)
		}
	}
	all := readCases[badInput](t, "testdata/bad_inputs_all.json")
	if len(all) != 88 {
		t.Errorf("%d cases", len(all))
	}
	for _, want := range all {
		got, here := made[want.ID]
		switch {
		case here && (got.Status != want.Status || got.Code != want.Code):
			t.Errorf("%s: %d %s, the list wants %d %s", want.ID, got.Status, got.Code, want.Status, want.Code)
		case here:
		case provedBy[want.ID] != "":
			if !tests[provedBy[want.ID]] {
				t.Errorf("%s: there is no %s", want.ID, provedBy[want.ID])
			}
		case otherwise[want.ID] == "":
			t.Errorf("%s (%s) is not made and nobody says why", want.ID, want.What)
		}
	}
}

func readCases[T any](t *testing.T, file string) (cases []T) {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, json.Unmarshal(text, &cases))
	return cases
}

func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range parsed(t, token.NewFileSet(), ".", true) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				names[f.Name.Name] = true
			}
		}
	}
	return names
}
