package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"

	"github.com/jackc/pgx/v5"
)

// customer is a browser without log-in on the page of the scene's quote, which was sent in Polish.
func (s *scene) customer() (b *browser, path string) {
	secret := strings.Repeat("k", 43)
	s.exec(`update quote set state = 'sent', sent_at = now(), language = 'pl', secret_hash = sha256('` + secret + `'::bytea) where id = '` + string(s.quote) + `'`)
	return &browser{t: s.t, srv: s.srv}, "/q/" + secret
}

// S073, S077: he reads, asks and is answered, offers something else, and accepts; what he saw and when is shown to the seller. What he writes is text, is bounded and comes once.
func TestCustomerTalks(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b, path := s.customer()
	seller := s.browser("anna")
	about := "/quotes/" + string(s.quote)
	seen := func() string {
		return ask[string](s, `select seen_count || case when seen_at = last_seen_at then ' once' when seen_at is null then '' else ' again' end from quote where id = '`+string(s.quote)+`'`)
	}
	ahead := &browser{t: t, srv: s.srv}
	status(t, ahead.send(http.MethodHead, path, nil), http.StatusMethodNotAllowed)
	for name, value := range map[string]string{"Sec-Purpose": "prefetch;prerender", "User-Agent": "Mozilla/5.0 (compatible; ExampleBot/1.0)"} {
		status(t, s.call(http.MethodGet, path, "", name, value), http.StatusOK)
	}
	if got := seen(); got != "0" {
		t.Errorf("programs count: %s", got)
	}
	b.open(path, http.StatusOK).sound("pl")
	b.open(path, http.StatusOK)
	if got := seen(); got != "2 again" {
		t.Errorf("seen %s", got)
	}

	hostile := "<script>alert(1)</script> Proszę o \u202erabat {{.Secret}}"
	once := url.Values{"comment_name": {"Jan <b>Łoś</b>"}, "comment": {hostile}, "once": {"5f0c1de6-6e2a-4a3f-9e50-9d0a0f6d3b11"}}
	for range 2 {
		status(t, b.send(http.MethodPost, path+"/comment", once), http.StatusSeeOther)
	}
	if n := ask[int](s, `select count(*)::int from quote_comment`); n != 1 {
		t.Errorf("a form sent twice is %d comments", n)
	}
	d := seller.open(about, http.StatusOK)
	d.want("pre", "<script>alert(1)</script> Proszę o")
	d.sound("en")
	b.read(b.send(http.MethodPost, path+"/comment", url.Values{"comment_name": {"x"}, "comment": {strings.Repeat("ż", 2001)}}), path, http.StatusUnprocessableEntity)
	b.read(b.send(http.MethodPost, path+"/comment", url.Values{"comment_name": {"x"}}), path, http.StatusUnprocessableEntity)
	status(t, seller.send(http.MethodPost, about+"/comment", url.Values{"comment": {"Five per cent"}}), http.StatusSeeOther)
	b.open(path, http.StatusOK).want("pre", "Five per cent")
	status(t, s.browser("ben").send(http.MethodPost, about+"/comment", url.Values{"comment": {"x"}}), http.StatusNotFound)

	status(t, b.send(http.MethodPost, path+"/counter", url.Values{"counter_name": {"Jan"}, "counter": {"250,50"}, "counter_terms": {"60 dni"}}), http.StatusSeeOther)
	b.read(b.send(http.MethodPost, path+"/counter", url.Values{"counter_name": {"Jan"}, "counter": {"-1"}}), path, http.StatusUnprocessableEntity)
	seller.open("/opportunities/"+string(s.deal)+"?tab=quotes", http.StatusOK).want("td", "€250.50")
	mails := ask[string](s, `select string_agg(payload->>'template' || ' ' || (payload->>'to'), ', ' order by created_at, key) from effect where payload->>'template' like 'quote\_%'`)
	if mails != "quote_comment anna@example.com, quote_answer carla@example.com, quote_counter anna@example.com" {
		t.Errorf("mails: %s", mails)
	}

	shown := b.send(http.MethodGet, path+"/offer.pdf", nil)
	status(t, shown, http.StatusOK)
	sum := sha256.Sum256(shown.Body.Bytes())
	accept := url.Values{"name": {"Jan Łoś"}, "role": {"Kierownik"}, "place": {"Łódź"}, "paper": {strings.Repeat("0", 64)}}
	b.read(b.send(http.MethodPost, path+"/accept", accept), path, http.StatusConflict)
	accept.Set("paper", hex.EncodeToString(sum[:]))
	status(t, b.send(http.MethodPost, path+"/accept", accept), http.StatusSeeOther)
	var f crm.QuoteDecision
	must(t, json.Unmarshal(s.cmd.sent[0].Fields, &f))
	if f.Paper != hex.EncodeToString(sum[:]) || f.Role != "Kierownik" || f.Place != "Łódź" || len(s.cmd.sent) != 1 {
		t.Errorf("carried %+v", f)
	}
	for state, says := range map[string]string{"expired": "", "superseded": "", "withdrawn": "Wycofaliśmy", "not_chosen": "Zamiast tej", "awaiting_deposit": "Potwierdza ją"} {
		s.exec(`update quote set state = '` + state + `' where id = '` + string(s.quote) + `'`)
		d := b.open(path, http.StatusOK)
		d.want("p", says)
		if d.sound("pl"); d.has("button", "Przyjmuję") {
			t.Errorf("%s can be accepted", state)
		}
	}
	for range 12 {
		b.send(http.MethodPost, path+"/comment", url.Values{"comment_name": {"Jan"}, "comment": {"again"}})
	}
	if n := ask[int](s, `select count(*)::int from quote_comment`); n > 12 {
		t.Errorf("%d comments in a row", n)
	}
}

// S042-S045: offers that stand side by side are seen so under one link, each at its own price; a stranger's letter changes nothing.
func TestCustomerSeesAlternatives(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b, path := s.customer()
	seller := s.browser("anna")
	rec := seller.send(http.MethodPost, "/quotes/"+string(s.quote)+"/alternative", nil)
	status(t, rec, http.StatusSeeOther)
	other := strings.TrimPrefix(rec.Header().Get("Location"), "/quotes/")
	seller.open("/quotes/"+other, http.StatusOK).sound("en")
	if b.open(path, http.StatusOK).has("h2", "obok siebie") {
		t.Error("a draft is shown to the customer")
	}
	s.exec(`update quote set state = 'sent', sent_at = now(), language = 'pl', total = 300, net = 245.9 where id = '` + other + `'`)
	d := b.open(path+"?offer=B", http.StatusOK)
	d.sound("pl")
	d.want("h2", "Nasze oferty obok siebie")
	d.want("button", "Przyjmuję 300,00")
	b.open(path+"?offer=%27%3B--", http.StatusOK).want("button", "Przyjmuję 366,00")
	status(t, b.send(http.MethodPost, path+"/accept?offer=B", url.Values{"name": {"Jan"}}), http.StatusSeeOther)
	if sent := s.cmd.sent[0]; !strings.Contains(string(sent.Fields), other) {
		t.Errorf("accepted %s", sent.Fields)
	}
}

// S073: the PDF of a quote can be read in each language with its own letters, and holds what the page holds.
func TestQuotePaperInEveryLanguage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update opportunity set name = 'Zażółć àèìòù Peñíscola' where id = '` + string(s.deal) + `'`)
	seller := s.browser("anna")
	for _, l := range i18n.Languages() {
		s.exec(`update quote set language = '` + l + `', deposit_percent = 30 where id = '` + string(s.quote) + `'`)
		rec := seller.send(http.MethodGet, "/quotes/"+string(s.quote)+"/pdf", nil)
		status(t, rec, http.StatusOK)
		text, err := documents.Text("application/pdf", rec.Body.Bytes())
		must(t, err)
		say := s.srv.screens().texts.For(l)
		for _, want := range []string{"Zażółć àèìòù Peñíscola", "Pump", say.T("quote.valid_until"), say.T("quote.payment_days"), say.Money(amount(t, "366"), crm.EUR), say.T("customer.billing")} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(want), " ")) {
				t.Errorf("%s: no %q in %q", l, want, text)
			}
		}
	}
}

// ask reads one value of the database.
func ask[T any](s *scene, sql string) (v T) {
	s.t.Helper()
	c, err := pgx.Connect(s.t.Context(), s.url)
	must(s.t, err)
	defer func() { _ = c.Close(context.WithoutCancel(s.t.Context())) }()
	must(s.t, c.QueryRow(s.t.Context(), sql).Scan(&v))
	return v
}
