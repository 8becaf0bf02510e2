package chaos

import (
	"context"
	"strings"

	"leadtocash/integrations/erpstub"
	"leadtocash/integrations/mailbox"
	"leadtocash/store"
)

// sender is the domain of the demo company's mail; it ends every Message-ID.
const sender = "@demo.example"

// effects compares what had to leave the house with what the other sides say arrived (invariants 11, 14, 15): by the journeys' own knowledge
// and by our rows. ERP orders are counted by key and by content, mails by Message-ID.
func (a *audit) effects(ctx context.Context) error {
	mails, err := mailbox.List(a.mailDir)
	if err != nil {
		return err
	}
	arrived := map[string]int{}
	for _, m := range mails {
		if arrived[m.MessageID]++; arrived[m.MessageID] > 1 {
			a.report.Resent++
		}
	}
	a.report.Mails = len(arrived)
	orders, err := erpstub.Read(a.erpFile)
	if err != nil {
		return err
	}
	references := map[string]string{}
	for _, o := range orders {
		if o.Cancelled { // an undo took it back; the ERP does so once
			references[takenBack(o.Key)] = o.Ref
			continue
		}
		if _, again := references[o.Key]; again {
			a.doubled(o.Key, "the ERP has two orders under %s", o.Key)
		}
		references[o.Key] = o.Ref
	}
	if err := a.expected(ctx, arrived, references); err != nil {
		return err
	}
	return a.unexpected(ctx, arrived, references)
}

func messageID(key string) string { return strings.ReplaceAll(key, "/", ".") + sender }

// takenBack is the key under which the ERP is told that an order is undone.
func takenBack(key string) string { return "erp/cancel/" + strings.TrimPrefix(key, "erp/order/") }

// expected looks for each effect that has to have arrived.
func (a *audit) expected(ctx context.Context, mails map[string]int, orders map[string]string) error {
	due := map[string]bool{}
	for _, j := range a.journeys {
		for _, q := range j.quotes {
			due["mail/quote/"+string(q)] = true
		}
		for _, b := range j.bills {
			due["mail/invoice/"+string(b)] = true
		}
		if j.signed != "" && !j.undone { // one that was undone before it left never does
			due["erp/order/"+string(j.orders[len(j.orders)-1])] = true
		}
	}
	rows, err := a.texts(ctx, `select key from effect where state = 'done'`)
	if err != nil {
		return err
	}
	for _, key := range rows {
		due[key] = true
	}
	kept, err := a.texts(ctx, `select key from effect where state = 'cancelled'`)
	if err != nil {
		return err
	}
	for _, key := range kept {
		if orders[key] != "" && orders[takenBack(key)] == "" {
			a.wrong("", "%s was undone and is in the ERP", key)
		}
	}
	for key := range due {
		if strings.HasPrefix(key, store.ChannelMail) && mails[messageID(key)] == 0 || strings.HasPrefix(key, store.ChannelERP) && orders[key] == "" {
			a.lost(key, "%s never arrived", key)
		}
	}
	return nil
}

// unexpected looks for what arrived and is in no row, and for what arrived under two names.
func (a *audit) unexpected(ctx context.Context, mails map[string]int, orders map[string]string) error {
	rows, err := a.texts(ctx, `select key || ' ' || coalesce((select c.erp_reference from contract c where 'erp/order/' || c.order_id = key), '') from effect`)
	if err != nil {
		return err
	}
	ours := map[string]string{}
	for _, row := range rows {
		key, reference, _ := strings.Cut(row, " ")
		ours[key] = reference
		ours[messageID(key)] = reference
	}
	for id := range mails {
		if _, ok := ours[id]; !ok {
			a.doubled(id, "the mail %s is nobody's", id)
		}
	}
	for key, reference := range orders {
		if theirs, ok := ours[key]; !ok {
			a.doubled(key, "the ERP order %s is nobody's", key)
		} else if theirs != reference && !strings.HasPrefix(key, "erp/cancel/") && orders[takenBack(key)] == "" { // one whose sender died there may be taken back unnamed
			a.wrong(key, "invariant 11: the ERP calls %s %s and the contract %q", key, reference, theirs)
		}
	}
	return nil
}
