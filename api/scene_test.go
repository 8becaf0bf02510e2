package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// scene is a company at work: two teams, a person of each role, and one record of each kind that anna of team one owns.
type scene struct {
	*world
	anna, mara         crm.User // salesperson and manager of team one
	ben, max           crm.User // of team two
	keys               map[string]string
	account            crm.ID
	contact            crm.ID
	lead               crm.ID
	deal               crm.ID
	product            crm.ID
	line               crm.ID
	relation           crm.ID
	engagement         crm.ID
	document           crm.ID
	quote              crm.ID
	order              crm.ID
	contract           crm.ID
	tranche            crm.ID
	invoice            crm.ID
	creditNote         crm.ID
	entry              crm.ID // of the bank, where a test asked for one
	careCase           crm.ID
	file               crm.ID // of leads
	taxClass           crm.ID
	category, book     crm.ID
	address1, ownField crm.ID
	acceptedDeal       crm.ID
	draft              crm.ID // of rules
	exception          crm.ID // that anna asked for
	handOff            crm.ID // that anna sent to production, about the line
	shadow             crm.ID // of rules
	form               crm.ID // that is public, and nothing sent by it yet
	hook               crm.ID // of another system
	held               crm.ID // that looks like spam
	view               crm.ID // of deals, that anna saved
	template           crm.ID // of mails
	folder             crm.ID // of the archive, that only who manages it reads
	note               crm.ID // on the deal
}

// scenes holds the first scene, of whose database the others get a copy.
var scenes struct {
	sync.Mutex
	key   string
	first *scene
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s, dsn := copied(t)
	s.world, s.keys = openWorld(t, dsn), maps.Clone(s.keys)
	return &s
}

// copied is the first scene, made when nobody did, and a copy of its database.
func copied(t *testing.T) (s scene, dsn string) {
	t.Helper()
	scenes.Lock()
	defer scenes.Unlock()
	if scenes.first == nil {
		scenes.key = "scene " + rand.Text() // its ids are this program's
	}
	dsn = database(t, scenes.key, func(ctx context.Context, url string) error {
		if err := found(ctx, url); err != nil {
			return err
		}
		first := firstScene(t, url)
		first.store.Close()
		scenes.first = first
		return nil
	})
	return *scenes.first, dsn
}

func firstScene(t *testing.T, url string) *scene {
	t.Helper()
	s := &scene{world: openWorld(t, url), keys: map[string]string{}}
	one, err := s.store.CreateTeam(t.Context(), store.Team{Name: "One"})
	must(t, err)
	below, err := s.store.CreateTeam(t.Context(), store.Team{Name: "Below one", ParentID: one.ID})
	must(t, err)
	two, err := s.store.CreateTeam(t.Context(), store.Team{Name: "Two"})
	must(t, err)
	s.anna, s.mara = s.person("anna", below.ID, crm.RoleSalesperson), s.person("mara", one.ID, crm.RoleSalesManager)
	s.ben, s.max = s.person("ben", two.ID, crm.RoleSalesperson), s.person("max", two.ID, crm.RoleSalesManager)
	for _, role := range []crm.Role{crm.RoleAdmin, crm.RoleSalesOps, crm.RoleProjectManager, crm.RoleFinance, crm.RoleCare} {
		s.person(string(role), "", role)
	}
	s.records()
	return s
}

func (s *scene) person(name string, team crm.ID, role crm.Role) crm.User {
	u := s.user(name, team, role)
	s.keys[name] = s.key(u)
	return u
}

// do calls as the person and asks for the status; it gives the answer's fields.
func (s *scene) do(person, method, path, body string, want int, headers ...string) map[string]any {
	s.t.Helper()
	return fields(s.t, s.call1(person, method, path, body, want, headers...))
}

func (s *scene) call1(person, method, path, body string, want int, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	rec := s.as(s.keys[person], method, path, body, headers...)
	if rec.Code != want {
		s.t.Fatalf("%s %s %s: status %d, want %d: %s", person, method, path, rec.Code, want, rec.Body)
	}
	return rec
}

func fields(t testing.TB, rec *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	if rec.Body.Len() == 0 {
		return nil
	}
	var out map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
		t.Fatalf("%v: %s", err, rec.Body)
	}
	return out
}

func (s *scene) made(person, path, body string) crm.ID {
	s.t.Helper()
	return crm.ID(fmt.Sprint(s.do(person, http.MethodPost, path, body, http.StatusCreated)["id"]))
}

// records makes anna's records: by the API what the API makes, by SQL what a process makes.
func (s *scene) records() {
	s.t.Helper()
	s.lead = s.made("anna", "/api/v1/leads", `{"company":"Verdi Srl","email":"verdi@example.com"}`)
	s.account = s.made("anna", "/api/v1/accounts", `{"name":"Bianchi Srl","country":"IT"}`)
	s.contact = s.made("anna", "/api/v1/contacts", fmt.Sprintf(`{"account_id":%q,"name":"Carla Bianchi","email":"carla@example.com"}`, s.account))
	s.address1 = s.made("anna", "/api/v1/accounts/"+string(s.account)+"/addresses", `{"purpose":"site","street":"Via Roma 1"}`)
	s.ownField = s.made("sales_ops", "/api/v1/custom-fields", `{"record":"account","name":"scene_size","type":"number","labels":{"en":"Size"}}`)
	s.product = s.made("sales_ops", "/api/v1/products", `{"sku":"PUMP","name":"Pump","price":"100.00","cost":"60.00","tax_percent":"22"}`)
	s.category = s.made("sales_ops", "/api/v1/product-categories", `{"name":"Machines"}`)
	s.book = s.made("sales_ops", "/api/v1/price-books", `{"name":"List"}`)
	s.taxClass = crm.ID(fmt.Sprint(s.do("anna", http.MethodGet, "/api/v1/tax-classes", "", http.StatusOK)["data"].([]any)[0].(map[string]any)["id"]))
	s.deal = s.newDeal("Pumps")
	deal := "/api/v1/opportunities/" + string(s.deal)
	s.line = s.made("anna", deal+"/products", fmt.Sprintf(`{"product_id":%q,"quantity":"3"}`, s.product))
	s.relation = s.made("anna", deal+"/relations", `{"kind":"competitor","name":"Other Pumps"}`)
	s.engagement = s.made("anna", "/api/v1/engagements", fmt.Sprintf(`{"opportunity_id":%q,"contact_id":%q,"kind":"call","subject":"Ask","due_at":"2027-01-11T09:00:00Z"}`, s.deal, s.contact))
	s.document = s.upload("anna", "offer.pdf", "%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n")
	s.quote = s.made("anna", "/api/v1/quotes", fmt.Sprintf(`{"opportunity_id":%q}`, s.deal))
	s.signed()
	s.file = crm.ID(fmt.Sprint(s.do("sales_ops", http.MethodPost, "/api/v1/imports?name=fair.csv", "company,language\nFair Srl,\n,itt", http.StatusAccepted, "Content-Type", "text/csv")["id"]))
	s.draft = s.made("sales_ops", "/api/v1/rules/drafts", `{"kind":"order","source":"order:\n  checks: [order.total > 0]\n","comment":"A thought"}`)
	s.handOff = store.NewID()
	s.exec(fmt.Sprintf(`insert into hand_off (id, number, opportunity_id, key, rule_version, from_department, to_department, line_id, product_id, quantity, specification, needed_by, state, requested_by,
		requested_at, sent_at, sends, due_at, inputs, clock_since) select '%s', 'HO-1', '%s', 'production', 1, 'sales', 'production', l.id, l.product_id, l.quantity, 'Stainless, three metres', '2099-01-01', 'sent', '%s',
		now(), now(), 1, now() - interval '1 hour', '[{"id":"production/inputs.specification","source":"len(trim(hand_off.specification)) >= 10","label":{"en":"Described"},"outcome":"met"}]', now()
		from product_line l where l.id = '%s'`, s.handOff, s.deal, s.anna.ID, s.line))
	s.exception = store.NewID()
	s.exec(fmt.Sprintf(`insert into rule_exception (id, opportunity_id, kind, rule_version, key, clauses, asked, owner, reason, requested_by, requested_at) values ('%s', '%s', 'pipeline', 1, 'configure',
		'{configure.budget}', '[{"id":"configure.budget","source":"deal.budget","label":{},"outcome":"unmet"}]', 'sales_manager', 'They decide on Monday', '%s', now())`, s.exception, s.deal, s.anna.ID))
	s.shadow = store.NewID()
	s.exec(fmt.Sprintf(`insert into rule_shadow (id, kind, source, base, author, began_at, ends_at, seen_to) values ('%s', 'order', 'order: {checks: [order.total > 0]}', 1, '%s', now(), now() + interval '1 day', now())`, s.shadow, s.anna.ID))
	s.exec(fmt.Sprintf(`insert into rule_shadow_step (shadow_id, cause, process, at, version, key, was, would, clauses) values ('%s', 'c', 'opportunity-%s', now(), 1, 'checklist', 'allowed', 'refused', '{checklist.1}')`, s.shadow, s.deal))
	s.form = s.made("sales_ops", "/api/v1/forms", `{"key":"fair","name":"Fair","consent_text":"You may write to me.","origins":["https://fair.example"]}`)
	s.hook = s.made("sales_ops", "/api/v1/hooks", `{"key":"portal","name":"Portal"}`)
	must(s.t, s.store.HoldLead(s.t.Context(), crm.HeldLead{
		Channel: "form", Source: "fair", Lead: crm.Lead{Company: "Spam", Email: "spam@example.com"}, Touch: crm.Touch{Channel: "form", Source: "fair", Raw: []byte("{}")}, Reasons: []string{"trap"},
	}, []byte("x")))
	s.held = crm.ID(fmt.Sprint(s.do("sales_ops", http.MethodGet, "/api/v1/held-leads", "", http.StatusOK)["data"].([]any)[0].(map[string]any)["id"]))
	s.template = s.made("sales_ops", "/api/v1/mail-templates", `{"kind":"mail","name":"Hello","texts":[{"language":"en","subject":"Hello","text":"Dear {contact}"}]}`)
	s.folder = s.made("sales_ops", "/api/v1/folders", `{"name":"Scene","readers":["role:admin"]}`)
	s.note = s.made("anna", "/api/v1/notes", fmt.Sprintf(`{"text":"They hesitate","record_kind":"opportunity","record_id":%q}`, s.deal))
	s.view = s.made("anna", "/api/v1/deal-views", `{"name":"Mine","query":"state=open"}`)
	s.careCase = s.made("care", "/api/v1/cases", fmt.Sprintf(`{"contract_id":%q,"subject":"It leaks"}`, s.contract))
}

func (s *scene) newDeal(name string) crm.ID {
	s.t.Helper()
	return s.made("anna", "/api/v1/opportunities", fmt.Sprintf(`{"name":%q,"account_id":%q,"contact_id":%q,"amount":"900.00"}`, name, s.account, s.contact))
}

func (s *scene) upload(person, name, content string) crm.ID {
	s.t.Helper()
	rec := s.uploadTo(person, "/api/v1/opportunities/"+string(s.deal)+"/documents", name, content)
	status(s.t, rec, http.StatusCreated)
	return crm.ID(fmt.Sprint(fields(s.t, rec)["id"]))
}

func (s *scene) uploadTo(person, path, name, content string) *httptest.ResponseRecorder {
	body := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n\r\n" + content + "\r\n--x--\r\n"
	return s.as(s.keys[person], http.MethodPost, path, body, "Content-Type", "multipart/form-data; boundary=x")
}

// signed writes an order, a contract, a tranche and an overdue invoice of another deal, as processes leave them.
func (s *scene) signed() {
	s.t.Helper()
	s.acceptedDeal = s.newDeal("Signed")
	quote := s.made("anna", "/api/v1/quotes", fmt.Sprintf(`{"opportunity_id":%q}`, s.acceptedDeal))
	s.order, s.contract, s.tranche, s.invoice, s.creditNote = store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID()
	s.exec(strings.NewReplacer("$order", string(s.order), "$contract", string(s.contract), "$tranche", string(s.tranche), "$invoice", string(s.invoice), "$note", string(s.creditNote),
		"$deal", string(s.acceptedDeal), "$quote", string(quote), "$account", string(s.account), "$anna", string(s.anna.ID)).Replace(`
		insert into sales_order (id, number, opportunity_id, quote_id, currency, net, tax, total, payment_days, requested_by, created_at)
			values ('$order', 'O-1', '$deal', '$quote', 'EUR', 100, 22, 122, 30, '$anna', now());
		insert into contract (id, number, opportunity_id, order_id, account_id, currency, net, tax, total, payment_days, start_date, end_date, owner_id, signed_at)
			values ('$contract', 'C-1', '$deal', '$order', '$account', 'EUR', 100, 22, 122, 30, '2026-01-01', '2026-12-31', '$anna', now());
		insert into process (id, kind, record_id, step, started_at, updated_at) values ('contract-$contract', 'contract', '$contract', 'project', now(), now());
		insert into project (id, contract_id, name, revenue, budget, opened_at) values (gen_random_uuid(), '$contract', 'Signed', 100, 60, now());
		insert into invoice (id, series, year, sequence, number, contract_id, account_id, currency, issue_date, due_date, net, tax, total, previous_hash, hash, issued_at)
			values ('$invoice', 'A', 2026, 1, '2026/0001', '$contract', '$account', 'EUR', '2026-01-02', '2026-02-01', 100, 22, 122, '', 'x', now());
		insert into invoice_line (invoice_id, position, text, net, tax_percent, tax) values ('$invoice', 1, 'Deposit', 100, 22, 22);
		insert into credit_note (id, series, year, sequence, number, invoice_id, contract_id, currency, issue_date, net, tax, total, on_account, reason, issued_by, previous_hash, hash, issued_at)
			values ('$note', 'N', 2026, 1, 'N2026/0001', '$invoice', '$contract', 'EUR', '2026-01-05', 10, 2.20, 12.20, 12.20, 'One came back', '$anna', '', 'x', now());
		insert into credit_note_line (credit_note_id, position, text, net, tax_percent, tax) values ('$note', 1, 'Signed, deposit', 10, 22, 2.20);
		insert into receivable (invoice_id, account_id, due_date, open) values ('$invoice', '$account', '2026-02-01', 122);
		insert into tranche (id, contract_id, position, kind, percent, opens_at_percent, net, tax, total, state, invoice_id)
			values ('$tranche', '$contract', 1, 'deposit', 100, 0, 100, 22, 122, 'invoiced', '$invoice');`))
}

// booked has a statement of the bank come, with one entry.
func (s *scene) booked() {
	s.t.Helper()
	s.exec(`update legal_entity set iban = 'IT60X0542811101000000123456'`)
	rec := s.as(s.keys["finance"], http.MethodPost, "/api/v1/bank/files?name=one.csv", "date,amount,text\n2026-01-22,122.00,2026/0001", "Content-Type", "text/csv")
	status(s.t, rec, http.StatusCreated)
	entries := s.do("finance", http.MethodGet, "/api/v1/bank/entries", "", http.StatusOK)["data"].([]any)
	s.entry = crm.ID(fmt.Sprint(entries[0].(map[string]any)["id"]))
}

// address puts the scene's ids into a path of the route table.
func (s *scene) address(path string) string {
	kinds := map[string]crm.ID{
		"leads": s.lead, "accounts": s.account, "contacts": s.contact, "opportunities": s.deal, "engagements": s.engagement,
		"product-categories": s.category, "price-books": s.book, "quotes": s.quote, "orders": s.order, "contracts": s.contract, "invoices": s.invoice, "credit-notes": s.creditNote, "entries": s.entry, "products": s.product, "documents": s.document, "users": s.ben.ID, "cases": s.careCase, "imports": s.file, "tax-classes": s.taxClass, "taxes": s.taxClass, "drafts": s.draft, "exceptions": s.exception, "hand-offs": s.handOff, "handoffs": s.handOff, "shadows": s.shadow, "forms": s.form, "hooks": s.hook, "held-leads": s.held, "held": s.held, "custom-fields": s.ownField, "fields": s.ownField, "deal-views": s.view, "list-views": s.view, "mail-templates": s.template, "folders": s.folder, "notes": s.note, "feed": s.note, "views": s.view,
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		switch p {
		case ":id":
			parts[i] = string(kinds[parts[i-1]])
			if parts[i] == "" {
				parts[i] = string(store.NewID())
			}
			if parts[i-1] == "process" {
				parts[i] = crm.ProcessID(crm.KindOpportunity, s.deal)
			}
		case ":sample": // any id: the process says whether there is such a sample
			parts[i] = string(s.line)
		case ":address":
			parts[i] = string(s.address1)
		case ":what":
			parts[i] = "deals"
		case ":number":
			parts[i] = "1"
		case ":record":
			parts[i] = string(s.deal)
		case ":line":
			parts[i] = string(s.line)
		case ":entry":
			parts[i] = string(s.tranche)
		case ":other":
			parts[i] = string(s.quote)
		case ":relation":
			parts[i] = string(s.relation)
		case ":kind":
			parts[i] = string(crm.RuleOrder)
		case ":n":
			parts[i] = "1"
		case ":day":
			parts[i] = "2019-01-01"
		case ":form":
			parts[i] = "web"
		}
	}
	return strings.Join(parts, "/")
}

func amount(t testing.TB, v any) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(fmt.Sprint(v))
	must(t, err)
	return d
}
