package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// signatureBody says who signed a contract.
type signatureBody struct {
	Party      crm.SignatureParty `json:"party" doc:"required"`
	Signer     string             `json:"signer" doc:"required;max=200"`
	SignedOn   crm.Date           `json:"signed_on" doc:"required"`
	Place      string             `json:"place" doc:"max=200"`
	DocumentID crm.ID             `json:"document_id" doc:"text=The signed copy, a document of the contract; without one the hash is that of the contract's PDF."`
}

// signatureList are the signatures of a contract.
type signatureList struct{ Data []crm.Signature }

func contractTermsRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/contracts/:id/signatures", need: crm.MayReadContract, do: getSignatures},
		{method: post, path: "/api/v1/contracts/:id/signatures", need: crm.MayWriteContract, do: postSignature},
		{method: get, path: "/contracts/:id/paper", need: crm.MayReadContract, do: pageContractPaper, page: true},
		{method: post, path: "/contracts/:id/signatures", need: crm.MayWriteContract, do: formSignature, page: true, limit: documentLimit},
	}
}

var contractTermsCalls = map[string]call{
	"GET /api/v1/contracts/:id/signatures": reading("Contracts", "List who signed a contract", signatureList{}).plain().says("S058", ""),
	"POST /api/v1/contracts/:id/signatures": creating("Contracts", "Note who signed a contract", signatureBody{}, crm.Signature{}).may("contract_closed").
		says("S058", "With the SHA-256 of the signed copy, or of the contract's PDF in the customer's language.").like(`{"party":"customer","signer":"Carla Bianchi","signed_on":"2026-01-15","place":"Milano"}`),
}

func getSignatures(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	rows, err := r.store.Signatures(r.ctx(), c.ID)
	out := signatureList{Data: []crm.Signature{}}
	for _, s := range rows {
		out.Data = append(out.Data, s.Signature)
	}
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func postSignature(r *request) error {
	c, err := r.contractSeen()
	if err != nil {
		return err
	}
	var b signatureBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.oneOf("/party", string(b.Party), "customer", "seller")
	if b.Party == "" {
		k.fail("/party", "required", nil)
	}
	k.signature(&b.Signer, &b.Place, b.SignedOn, &b.DocumentID)
	if err := k.err(); err != nil {
		return err
	}
	sig := crm.Signature{ID: store.NewID(), Party: b.Party, Signer: b.Signer, SignedOn: b.SignedOn, Place: b.Place, DocumentID: b.DocumentID}
	if sig, err = r.sign(c, sig); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(sig))
}

// signature reads who signed, where and when.
func (c *check) signature(signer, place *string, on crm.Date, copied *crm.ID) {
	c.required("/signer", signer, maxName)
	c.line("/place", place, maxName)
	if on.IsZero() {
		c.fail("/signed_on", "required", nil)
	}
	c.id("/document_id", copied)
}

// sign notes a signature with the hash of the copy that it names, or of the contract's paper.
func (r *request) sign(c store.ContractPage, sig crm.Signature) (crm.Signature, error) {
	if err := r.hashSigned(&sig, func() (p store.KeptPaper, err error) {
		p.Content, p.Language, err = r.contractContent(c)
		return p, err
	}); err != nil {
		return sig, err
	}
	return r.store.SignContract(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: c.ID}, sig)
}

// hashSigned puts in the hash of the copy that a signature names, or of the paper that was signed.
func (r *request) hashSigned(sig *crm.Signature, paper func() (store.KeptPaper, error)) error {
	if sig.DocumentID != "" {
		file, err := r.store.DocumentFile(r.ctx(), r.viewer(), sig.DocumentID, 0)
		if err == store.ErrNotFound {
			return refusal(codeValidation, invalid("/document_id", "unknown_record", nil))
		}
		sig.Hash = hashed(file.Bytes)
		return err
	}
	p, err := paper()
	sig.Hash, sig.Language = hashed(p.Content), p.Language
	return err
}

// formSignature notes a signature with or without the signed copy, which is kept with the contract's documents.
func formSignature(r *request) error {
	c, err := r.contractSeen()
	if err != nil {
		return err
	}
	f, files, err := r.sentFiles()
	if err != nil {
		return err
	}
	if len(files) == 0 && f.wrong["file"] == r.say("form.required") { // the copy may be left out
		f.order, f.wrong, f.status = nil, nil, 0
	}
	r.needed(&f, "signer", "signed_on")
	sig := crm.Signature{ID: store.NewID(), Party: crm.SignatureParty(oneOfOr(f.Value("party"), signatureParties())), Signer: clean(f.Value("signer"), maxName), SignedOn: r.date(&f, "signed_on"), Place: clean(f.Value("place"), maxName)}
	if !f.Failed() && len(files) > 0 {
		d := crm.Document{ID: store.NewID(), RecordKind: crm.SubjectContract, RecordID: c.ID, Kind: crm.DocumentKind(known("contract", crm.DocumentKinds())), Title: c.Number}
		kept, err := r.store.AddDocument(r.ctx(), r.viewer(), d, files[0])
		if err = r.judge(&f, err); err != nil {
			return err
		}
		sig.DocumentID = kept.ID
	}
	if !f.Failed() {
		_, err := r.sign(c, sig)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showContract(r, c.ID, f)
	}
	return r.said("saved", "/contracts/"+string(c.ID)+"#signatures")
}

func signatureParties() (out []string) {
	for _, p := range crm.SignatureParties() {
		out = append(out, string(p))
	}
	return out
}
