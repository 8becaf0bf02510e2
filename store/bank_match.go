package store

import (
	"context"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// claimsPerEntry is how many open invoices are looked at for an entry.
const claimsPerEntry = 60

// openClaims are the open invoices of an entry's currency that its texts name, and those of customers who are known by the account that paid or by the name.
const openClaims = `with payer as (
		select id as account_id, true as by_iban, false as by_name from account where iban = @iban and @iban <> '' and archived_at is null
		union select account_id, true, false from bank_entry where counter_iban = @iban and @iban <> '' and account_id is not null and state = 'booked'
		union select id, false, true from account where @name <> '' and id in (select record_id from duplicate_key where kind = 'account' and name = match_name(@name) and name <> '') and archived_at is null
	), who as (select account_id, bool_or(by_iban) as by_iban, bool_or(by_name) as by_name from payer group by 1),
	named as (select i.id from unnest(@years::int[], @sequences::int[]) n(year, sequence) join invoice i on i.series = 'A' and i.year = n.year and i.sequence = n.sequence)
	select i.id as invoice_id, i.number, case i.series when 'A' then i.year else 0 end as year, case i.series when 'A' then i.sequence else 0 end as sequence, r.account_id, a.name as account, i.currency, i.due_date, r.open, coalesce(w.by_iban, false) as by_iban, coalesce(w.by_name, false) as by_name
	from (select id from named union select r.invoice_id from who w cross join lateral (select invoice_id from receivable where account_id = w.account_id and open > 0 order by due_date, invoice_id limit 40) r) x
	join receivable r on r.invoice_id = x.id join invoice i on i.id = x.id join account a on a.id = r.account_id left join who w on w.account_id = r.account_id
	where r.open > 0 and i.currency = @currency order by i.due_date, i.id limit @limit`

// Proposals says for each entry what it may be, the best first; one that is decided about has none.
func (s *Store) Proposals(ctx context.Context, entries []BankEntryRow) (map[crm.ID][]crm.Proposal, error) {
	return proposals(ctx, s.pool, entries)
}

func proposals(ctx context.Context, q querier, entries []BankEntryRow) (map[crm.ID][]crm.Proposal, error) {
	out := map[crm.ID][]crm.Proposal{}
	for _, x := range entries {
		if x.State != crm.EntryOpen {
			continue
		}
		if x.Amount.IsNegative() {
			back, err := takenBack(ctx, q, x.BankEntry)
			if err != nil {
				return nil, err
			}
			out[x.ID] = back
			continue
		}
		args := pgx.NamedArgs{"iban": x.CounterIBAN, "name": x.Name, "currency": x.Currency, "limit": claimsPerEntry}
		var years, sequences []int
		for _, n := range slices.Concat(crm.NumbersIn(x.Reference), crm.NumbersIn(x.Remittance), crm.NumbersIn(x.EndToEnd)) {
			years, sequences = append(years, n.Year), append(sequences, n.Sequence)
		}
		args["years"], args["sequences"] = years, sequences
		claims, err := many[crm.OpenClaim](ctx, q, openClaims, args)
		if err != nil {
			return nil, err
		}
		out[x.ID] = crm.Propose(x.BankEntry, claims)
	}
	return out, nil
}

// takenBack are the payments that an outgoing entry may take back: of the same amount, from the same side, or under the same reference.
func takenBack(ctx context.Context, q querier, x crm.BankEntry) (out []crm.Proposal, err error) {
	rows, err := many[struct {
		ID        crm.ID
		AccountID crm.ID
		Account   string
		Reference string
		Same      bool
		Known     bool
	}](ctx, q, `select p.id, p.account_id, a.name as account, p.reference, coalesce(e.end_to_end <> '' and e.end_to_end = $3 or p.reference = $4 and $4 <> '', false) as same,
			coalesce(e.counter_iban = $5 and $5 <> '', false) or a.iban = $5 and $5 <> '' as known
		from payment p join account a on a.id = p.account_id left join bank_entry e on e.payment_id = p.id and e.state = 'booked'
		where p.amount = $1 and p.currency = $2 and p.received_on <= $6 and p.received_on > $6::date - 500 and not exists (select from payment_return b where b.payment_id = p.id)
			and (coalesce(e.end_to_end <> '' and e.end_to_end = $3, false) or p.reference = $4 and $4 <> '' or coalesce(e.counter_iban = $5 and $5 <> '', false) or a.iban = $5 and $5 <> '')
		order by same desc, p.received_on desc limit 3`, x.Amount.Neg(), x.Currency, x.EndToEnd, x.BankReference, x.CounterIBAN, x.BookedOn)
	for _, r := range rows {
		p := crm.Proposal{AccountID: r.AccountID, Account: r.Account, PaymentID: r.ID, Confidence: crm.Possible, Reasons: []string{crm.ReasonAmount}}
		if x.Reversal {
			p.Confidence, p.Reasons = crm.Likely, append(p.Reasons, crm.ReasonReversal)
		}
		if r.Same {
			p.Reasons = append(p.Reasons, crm.ReasonReference)
		}
		if r.Known {
			p.Reasons = append(p.Reasons, crm.ReasonIBAN)
		}
		out = append(out, p)
	}
	return out, err
}
