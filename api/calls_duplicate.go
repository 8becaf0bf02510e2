package api

var duplicateCalls = map[string]call{
	"POST /api/v1/duplicates": call{tag: "Customers", summary: "Look for records that are like one before it is saved", body: duplicateBody{}, answers: map[int]any{200: duplicateList{}}}.
		says("S047, S053, S063", "Held against companies, people and open leads, by the rules of the kind `duplicate`. Legal forms, accents, order of words and typing slips do not matter; VAT number, e-mail address and telephone number are compared exactly. Nothing is saved.").
		like(`{"kind":"account","name":"ACME spa","country":"IT","email":"info@acme.example"}`),
}
