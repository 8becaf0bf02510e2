package browser

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/integrations"
	"leadtocash/integrations/erpstub"
	"leadtocash/integrations/mailbox"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"
	"leadtocash/worker"

	"go.temporal.io/sdk/client"
)

// scene is the whole product with a mail server and an ERP: database, Temporal namespace, worker and pages of its own.
type scene struct {
	t      *testing.T
	store  *store.Store
	engine *api.Engine
	texts  *i18n.Texts
	origin string
	mail   string // folder of the mailbox
	erp    string // journal of the ERP
	played int    // commands of the story so far
}

// company fills a database with the demo company and the shipped rules.
func company(ctx context.Context, url string) error {
	if err := store.Migrate(ctx, url); err != nil {
		return err
	}
	s, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.SeedDemo(ctx); err != nil {
		return err
	}
	form, err := s.FormActive(ctx, "contact") // the tests type faster than people
	if err != nil {
		return err
	}
	if _, err := s.EditForm(ctx, store.Target{Actor: store.DemoID("ops@demo.example"), ID: form.ID}, func(f *crm.CaptureForm) error { f.MinSeconds = 0; return nil }); err != nil {
		return err
	}
	return desk{s}.ReloadRules(ctx, "leadtocash")
}

// desk activates the shipped rules.
type desk struct{ store *store.Store }

func (d desk) ReloadRules(ctx context.Context, author string) error {
	doc, problems := rules.ParseDocument(rules.Default())
	if len(problems) > 0 {
		return problems
	}
	sources := map[crm.RuleKind]string{}
	for kind, part := range doc {
		sources[kind] = string(part.Source)
	}
	_, err := d.store.ActivateRules(ctx, sources, author, "")
	return err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// begin is when each scene's business time begins: on a working day and in working hours, whenever the tests run.
var begin = time.Date(2026, time.July, 1, 8, 0, 0, 0, time.UTC)

// newScene serves the product on a free port of this machine.
func newScene(t *testing.T) *scene {
	t.Helper()
	url := testkit.Database(t, "company "+store.Schema()+string(rules.Default()), company)
	address, namespace := testkit.Namespace(t)
	quiet := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	s := &scene{t: t, mail: filepath.Join(t.TempDir(), "mail"), erp: filepath.Join(t.TempDir(), "erp.jsonl")}
	var err error
	s.store, err = store.Open(t.Context(), url)
	must(t, err)
	t.Cleanup(s.store.Close)
	s.store.Judge = (&rules.Library{}).Judge
	must(t, s.store.BeginInThePast(t.Context(), time.Since(begin)))
	s.texts, err = i18n.New()
	must(t, err)
	temporal, err := client.DialContext(t.Context(), client.Options{HostPort: address, Namespace: namespace, Logger: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(temporal.Close)
	s.engine = api.NewEngine(s.store, temporal)
	t.Cleanup(s.engine.Close)
	s.serve(quiet)
	s.work(temporal, quiet)
	return s
}

// serve starts the pages.
func (s *scene) serve(log *slog.Logger) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(s.t, err)
	pages := api.Pages{Desk: desk{s.store}, Mailbox: letters{s.mail}}
	for _, u := range store.DemoUsers() {
		pages.Demo = append(pages.Demo, api.DemoLogin{Name: u.Name, Email: u.Email, Password: store.DemoPassword})
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: api.New(api.Config{
		Store: s.store, Commander: s.engine, Log: log,
		Texts: func(language string) api.Printer { return s.texts.For(language) }, DevClock: api.StoreClock{Store: s.store}, Pages: pages,
	})}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	s.t.Cleanup(func() {
		must(s.t, server.Close())
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			s.t.Error(err)
		}
	})
	s.origin = "http://" + l.Addr().String()
}

// work starts mail server, ERP and worker.
func (s *scene) work(temporal client.Client, log *slog.Logger) {
	post, err := mailbox.Start("127.0.0.1:0", s.mail, mailbox.Faults{})
	must(s.t, err)
	stub, err := erpstub.Start("127.0.0.1:0", s.erp, erpstub.Faults{})
	must(s.t, err)
	mailer, err := integrations.NewSMTP(post.URL())
	must(s.t, err)
	erp, err := integrations.NewWebhookERP(stub.URL(), "")
	must(s.t, err)
	steps := &activities.Steps{Store: s.store, Rules: &rules.Library{}, Channels: map[string]activities.Channel{
		store.ChannelMail: &activities.Post{Mailer: mailer, Texts: s.texts, From: "office@demo.example", Origin: s.origin},
		store.ChannelERP:  &activities.ERPChannel{ERP: erp, Store: s.store},
	}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- worker.Run(ctx, worker.Config{Temporal: temporal, Steps: steps, ChaseCron: "CRON_TZ=Europe/Rome 30 9 * * *", Log: log})
	}()
	s.t.Cleanup(func() {
		cancel()
		for _, err := range []error{<-done, post.Close(), stub.Close()} {
			if err != nil {
				s.t.Error(err)
			}
		}
	})
}

// say is a text of the pages in English.
func (s *scene) say(key string, args ...any) string { return s.texts.For("en").T(key, args...) }

// eventually waits until the condition holds.
func (s *scene) eventually(what string, holds func() bool) {
	s.t.Helper()
	testkit.Eventually(s.t, what, holds)
}

// letters is the mailbox as its page reads it.
type letters struct{ dir string }

func (l letters) List(context.Context) ([]api.Letter, error) {
	entries, err := mailbox.List(l.dir)
	var out []api.Letter
	for _, e := range slices.Backward(entries) {
		out = append(out, letter(e))
	}
	return out, err
}

func (l letters) Read(_ context.Context, id string) (api.Letter, error) {
	m, err := mailbox.Read(l.dir, id)
	if errors.Is(err, mailbox.ErrNotFound) {
		return api.Letter{}, store.ErrNotFound
	}
	out := letter(m.Entry)
	out.Body = cmp.Or(m.Text, m.HTML)
	return out, err
}

func letter(e mailbox.Entry) api.Letter {
	return api.Letter{ID: e.ID, From: e.From, To: e.To[0], Subject: e.Subject, At: e.At.UTC().Format(time.RFC3339)}
}
