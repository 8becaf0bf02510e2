package store

import (
	"context"

	"leadtocash/crm"
)

// SignContract notes who signed a contract, when and where, with the hash of what was signed. Errors: ErrNotFound, Stale, contract_closed, required at /signer,
// in_the_future at /signed_on, unknown_record at /document_id for a document that does not lie with the contract.
func (s *Store) SignContract(ctx context.Context, t Target, sig crm.Signature) (crm.Signature, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		c, err := e.lockContract(ctx, t)
		if err != nil {
			return err
		}
		var errs crm.FieldErrors
		if sig.Signer == "" {
			errs.Add("/signer", crm.Problem("required"))
		}
		switch {
		case sig.SignedOn.IsZero():
			errs.Add("/signed_on", crm.Problem("required"))
		case e.today.Before(sig.SignedOn):
			errs.Add("/signed_on", crm.Problem("in_the_future"))
		}
		if err := errs.Err(); err != nil {
			return err
		}
		sig.ContractID, sig.NotedBy, sig.NotedAt = c.ID, e.actor, e.now
		if err := e.q.QueryRow(ctx, `select coalesce((select max(number) from contract_version where contract_id = $1), 1)`, c.ID).Scan(&sig.Version); err != nil {
			return told(err)
		}
		if err := noteSignature(ctx, e.q, sig); err != nil {
			return err
		}
		return e.tell(ctx, crm.ProcessID(crm.KindContract, c.ID), Entry{
			Code: "contract.countersigned", AccountID: c.AccountID, OpportunityID: c.OpportunityID,
			Data: map[string]any{"party": sig.Party, "signer": sig.Signer, "signed_on": sig.SignedOn, "place": sig.Place, "hash": sig.Hash},
		})
	})
	return sig, err
}

// noteSignature writes a signature whose signed copy, where there is one, lies with the contract.
func noteSignature(ctx context.Context, q querier, sig crm.Signature) error {
	if sig.DocumentID != "" {
		var found bool
		if err := q.QueryRow(ctx, `select exists (select from document where id = $1 and contract_id = $2 and removed_at is null)`, sig.DocumentID, sig.ContractID).Scan(&found); err != nil || !found {
			return orUnknown(err, "/document_id")
		}
	}
	_, err := q.Exec(ctx, `insert into contract_signature (id, contract_id, version, party, signer, signed_on, place, hash, document_id, language, noted_by, noted_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, sig.ID, sig.ContractID, sig.Version, sig.Party, sig.Signer, sig.SignedOn, sig.Place, sig.Hash, sig.DocumentID, sig.Language, sig.NotedBy, sig.NotedAt)
	return told(err)
}

// orUnknown is the error, or that the pointer names a record that is not there.
func orUnknown(err error, pointer string) error {
	if err != nil {
		return err
	}
	return unknown(ErrNotFound, pointer)
}

// SignatureRow is a signature as the contract's page shows it.
type SignatureRow struct {
	crm.Signature
	Noter    string
	Document string // name of the signed copy
}

// Signatures lists a contract's signatures, the first first.
func (s *Store) Signatures(ctx context.Context, contract crm.ID) ([]SignatureRow, error) {
	return many[SignatureRow](ctx, s.pool, `select g.*, u.name as noter, coalesce(d.title, '') as document
		from contract_signature g join app_user u on u.id = g.noted_by left join document d on d.id = g.document_id where g.contract_id = $1 order by g.noted_at, g.id`, contract)
}

// ContractWords is what the paper of a contract says beside its page: the lines, who sells and who buys.
type ContractWords struct {
	Lines    []crm.QuoteLine
	Quote    crm.Quote
	Buyer    crm.Account
	Language string    // that the customer is written to in
	Terms    crm.Terms // that were chosen on its order
}

// ContractWords reads them.
func (s *Store) ContractWords(ctx context.Context, c crm.Contract) (w ContractWords, err error) {
	if w.Quote, err = one[crm.Quote](ctx, s.pool, `select `+quoteColumns+` from quote where id = (select quote_id from sales_order where id = $1)`, c.OrderID); err != nil {
		return w, err
	}
	if w.Lines, err = askAll[crm.QuoteLine](ctx, s.pool, QuoteLinesOf(w.Quote.ID)); err != nil {
		return w, err
	}
	if err = s.pool.QueryRow(ctx, `select coalesce(terms, '{}') from sales_order where id = $1`, c.OrderID).Scan(&w.Terms); err != nil {
		return w, told(err)
	}
	w.Buyer, err = one[crm.Account](ctx, s.pool, `select * from account where id = $1`, c.AccountID)
	if w.Language = w.Buyer.Language; w.Language == "" {
		w.Language = w.Quote.Language
	}
	return w, err
}
