package api

import (
	"fmt"
	"time"

	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// letterView is a letter about an invoice as its reader got it, or will get it (S091).
type letterView struct {
	ID       string
	At       time.Time
	Level    int // of the chase; 0: the invoice itself
	Name     string
	Fee      decimal.Decimal // asked for with it
	State    string          // of its delivery
	Why      string          // it could not be delivered, in the mail server's words
	To       string
	Language string
	Subject  string
	Text     string
}

// letters puts the letters about an invoice into words, in their reader's language.
func (r *request) letters(i store.InvoicePage) []letterView {
	names := r.dunningNames()
	out := make([]letterView, len(i.Letters))
	for n, l := range i.Letters {
		v := letterView{ID: letterID(n), At: l.CreatedAt, State: l.State, To: l.Payload.To, Language: l.Payload.Language}
		if l.Channel == store.ChannelPaper && l.State == "due" {
			v.State = "to_post"
		}
		if l.State == "parked" {
			v.Why = l.Outcome
		}
		v.Subject, v.Text = r.srv.screens().texts.Letter(l.Payload, "")
		for _, d := range i.Dunning {
			if d.EffectKey == l.Key {
				v.Level, v.Name, v.Fee = d.Level, nameOr(names, d.Key), d.Fee
			}
		}
		out[n] = v
	}
	return out
}

func letterID(n int) string { return fmt.Sprintf("letter-%d", n+1) }

// letterHref leads to the letter of an effect; empty when there is none.
func letterHref(list []store.LetterRow, key string) string {
	for n, l := range list {
		if l.Key == key {
			return "#" + letterID(n)
		}
	}
	return ""
}
