package api

import "leadtocash/store"

var duplicateCalls = map[string]call{
	"POST /api/v1/duplicates": call{tag: "Customers", summary: "Look for records that are like one before it is saved", body: duplicateBody{}, answers: map[int]any{200: duplicateList{}}}.
		says("S047, S053, S063", "Held against companies, people and open leads, by the rules of the kind `duplicate`. Legal forms, accents, order of words and typing slips do not matter; VAT number, e-mail address and telephone number are compared exactly. Nothing is saved.").
		like(`{"kind":"account","name":"ACME spa","country":"IT","email":"info@acme.example"}`),
	"GET /api/v1/absences": reading("Leads", "List absences", absenceList{}).plain().says("S066", "Of those whom the caller may give leads to, else his own; from today on."),
	"POST /api/v1/absences": creating("Leads", "Note that a salesperson is away", absenceBody{}, store.AbsenceLine{}).needing("first_day", "last_day").
		says("S066", "The assignment rules give him no leads on these days.").like(`{"first_day":"2027-08-02","last_day":"2027-08-20","note":"Summer"}`),
	"DELETE /api/v1/absences/:id": removing("Leads", "Take an absence back").unversioned().says("S066", ""),
	"GET /api/v1/merges":          reading("Customers", "List merges", mergeList{}).plain().says("S053", "The newest first, at most 200, of records that the caller may change."),
	"POST /api/v1/merges/preview": call{tag: "Customers", summary: "Compare two records before they are merged", body: mergePair{}, answers: map[int]any{200: mergePreviewView{}}, refuses: []code{"merge_not_there"}}.
		says("S047, S053, S063", "Field by field, with how many rows would move. Nothing is saved.").like(`{"kind":"account","kept":"{accounts}","gone":"018f0000-0000-7000-8000-000000000009"}`),
	"POST /api/v1/merges": creating("Customers", "Merge two records", mergeBody{}, store.MergeLine{}).needing("kind", "kept", "gone").may("lead_closed", "merge_not_there").
		says("S047, S053, S063", "Everything that belongs to the one that goes moves to the one that stays, in one transaction; both histories go on in one. It can be undone for 30 days.").like(`{"kind":"account","kept":"{accounts}","gone":"018f0000-0000-7000-8000-000000000009","take":["email"]}`),
	"POST /api/v1/merges/:id/undo": call{tag: "Customers", summary: "Undo a merge", answers: map[int]any{200: store.MergeLine{}}, key: keyTaken, once: true, refuses: []code{"merge_final", "merge_not_last"}}.
		says("S047, S053, S063", "Both records are as they were, with what they had; what was changed or added since stays with the one that was kept. Once more changes nothing."),
}
