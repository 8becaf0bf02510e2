package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
)

// TestEveryCrashPoint lets a program die at each of the moments that the source names (reliability: crash points), one after the other,
// while journeys go through the product. Every point has to be reached, every journey has to end right, and nothing is lost or doubled.
func TestEveryCrashPoint(t *testing.T) {
	t.Parallel()
	all, err := points(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 40 || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Fatalf("%d points, or two of one name: %v", len(all), all)
	}
	binary := filepath.Join(t.TempDir(), "leadtocash")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "crashpoints", "-o", binary, "../../cmd/leadtocash")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	built := time.Now()
	c := crasher{t: t, dir: t.TempDir()}
	env := []string{"LEADTOCASH_CRASH_DIR=" + c.dir, "LEADTOCASH_DEVELOPMENT=true"} // for the clock
	if c.house, err = open(t.Context(), Config{Stack: testkit.Stack(t), Binary: binary, Env: env, Seed: 1, Out: t.Output()}); err != nil {
		t.Fatal(err)
	}
	defer c.close()
	c.mailWithin = 10 * time.Minute // a deliverer that dies every few seconds comes to little: each death costs its heartbeat, and its letters their lease
	begin := time.Now()
	journeys := c.crashAll(all)
	t.Logf("%d points reached in %v beside %d journeys", len(all), time.Since(begin).Round(time.Second), len(journeys))
	if err := c.heal(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range c.awaitQuiet(t.Context()) {
		t.Errorf("invariant 21: %s", s)
	}
	quiet := time.Now()
	defer func() {
		t.Logf("begun after %v, at rest after %v, audited in %v", begin.Sub(built), quiet.Sub(begin), time.Since(quiet))
	}()
	if r := audited(t, c.house, journeys); !r.OK() {
		t.Errorf("%s: %v", r.Line(), r.Wrong)
	}
}

// crasher arms points and keeps the product going.
type crasher struct {
	*house
	t   *testing.T
	dir string
}

// crashAll goes through the points, some at a time, while customers walk their whole way.
func (c *crasher) crashAll(all []string) (journeys []*journey) {
	ctx, over := context.WithCancel(c.t.Context())
	nursed, healthy := context.WithCancel(c.t.Context())
	var mu sync.Mutex
	var customers, nurses sync.WaitGroup
	for range together {
		customers.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				j := newJourney(c.house, len(journeys))
				journeys = append(journeys, j)
				mu.Unlock()
				j.run(c.t.Context())
			}
		})
	}
	for _, v := range slices.Concat(c.victims["api"], c.victims["worker"]) {
		nurses.Go(func() { c.revive(nursed, v) })
	}
	// In a mixed order: deaths in a row around one letter would make its customer wait for one lease after the other.
	rand.New(rand.NewPCG(c.Seed, 2)).Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	armed := make(chan struct{}, 4)
	var points sync.WaitGroup
	for _, p := range all {
		if inWait(p) {
			points.Go(func() { c.crash(p) })
		}
	}
	for _, p := range all {
		if inWait(p) || debts(p) {
			continue
		}
		armed <- struct{}{}
		points.Go(func() {
			defer func() { <-armed }()
			c.crash(p)
		})
	}
	points.Wait()
	over()
	c.calm()
	customers.Wait()
	for _, p := range all {
		if debts(p) {
			c.crash(p)
		}
	}
	healthy()
	nurses.Wait()
	if died, want := int(c.kills.Load()), len(all)-2; died < want*3/4 { // two are the command line's; one that dies again while it comes back is seen once
		c.t.Errorf("%d points were reached and only %d programs died", want, died)
	}
	return journeys
}

// inWait tells whether a point is armed from the beginning and holds nobody up: who comes there comes at a journey's end, or when an api has been cut
// off for long, which is the same for all that is done then.
func inWait(point string) bool {
	name, _, _ := strings.Cut(point, ".")
	switch name {
	case "Keep", "courier", "delivered":
		return true
	}
	return strings.HasPrefix(name, "undo_")
}

// debts tells whether somebody has to owe for weeks before anybody comes to a point: its turn is when the journeys are over, which would not outlive that.
func debts(point string) bool { return strings.HasPrefix(point, "chase.") }

// reachWithin is how long it may take until somebody comes to a point: deaths at others delay him.
const reachWithin = 12 * time.Minute

// crash arms a point and waits until somebody dies there.
func (c *crasher) crash(point string) {
	file := filepath.Join(c.dir, point)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		c.t.Error(err)
		return
	}
	ctx, stop := context.WithTimeout(c.t.Context(), reachWithin)
	defer stop()
	traffic, begin := c.traffic(point), time.Now()
	for n := 0; ctx.Err() == nil; n++ {
		if _, err := os.Stat(file + ".hit"); err == nil {
			c.say("%-24s reached after %v", point, time.Since(begin).Round(10*time.Millisecond))
			return
		}
		if traffic != nil {
			traffic(ctx, n)
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.t.Errorf("nobody comes to %s: which traffic does?", point)
	_ = os.Remove(file) // the next points' deaths are their own
}

// revive counts a program's deaths and restarts it at once.
func (c *crasher) revive(ctx context.Context, v *victim) {
	for last := v.child.PID(); ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		pid := v.child.PID()
		if pid != last && last != 0 {
			c.kills.Add(1)
		}
		if last = pid; pid == 0 {
			if err := v.child.Restart(c.t.Context()); err != nil {
				c.say("%s is not back yet: %v", v.name, err)
			}
		}
	}
}

// traffic is what comes to a point that no journey passes.
func (c *crasher) traffic(point string) func(ctx context.Context, n int) {
	name, _, _ := strings.Cut(point, ".")
	switch name {
	case "chase":
		return c.weeksLater
	case "EndChase", "start_chase", "MoveClock":
		return c.nextDay
	case "ActivateRules":
		return c.activate
	case "SaveRuleDraft", "Activate", "TakeBack":
		return c.workRules
	case "CaptureLead":
		return c.bringLead
	case "CreateImport":
		return c.bringFile
	case "countTry":
		return c.logIn
	case "PreviewImport", "StartImport", "DiscardImport", "MapImport":
		return c.lookAtFile
	case "HoldLead", "ReleaseHeld", "DropHeld":
		return c.holdSpam
	case "TakeDelivery", "RefuseDelivery":
		return c.sendSigned
	case "TakeMail":
		return c.writeMail
	case "Keep", "courier", "delivered":
		return c.cutOff
	case "send_again":
		return c.busy
	}
	return nil
}

// nextDay moves the clock to where the chase has a tick to run; once is enough, since a tick that was missed is made up for.
func (c *crasher) nextDay(ctx context.Context, n int) {
	if n%100 == 0 {
		_, _, _ = c.once(ctx, c.origins[n%2], request{user: "admin", method: http.MethodPost, path: "/api/v1/test/clock", body: fields{"advance": "P1D"}}) // it may be what dies
	}
}

// weeksLater moves the clock to a morning on which those who owe are late.
func (c *crasher) weeksLater(ctx context.Context, n int) {
	if n > 0 {
		return
	}
	if err := c.dun(ctx); err != nil {
		c.t.Error(err)
	}
}

// activate has the command line read the rules.
func (c *crasher) activate(ctx context.Context, _ int) {
	file := filepath.Join("..", "..", "rules", "default.yaml")
	cmd := exec.CommandContext(ctx, c.Binary, "rules", "activate", "--comment", "again", file)
	cmd.Env = slices.Concat(os.Environ(), c.Env, []string{"DATABASE_URL=" + c.Stack.DatabaseURL})
	if out, err := cmd.CombinedOutput(); err != nil && len(out) > 0 {
		c.t.Errorf("%v: %s", err, out)
	}
}

// bringLead has a lead come while the journeys are further on.
func (c *crasher) bringLead(ctx context.Context, n int) {
	if n%20 == 0 {
		body := fields{"company": "Brought", "email": fmt.Sprintf("brought-%d@chaos.invalid", time.Now().UnixNano()), "source": "fair"}
		_, _, _ = c.once(ctx, c.origins[n/20%2], request{user: "ops", method: http.MethodPost, path: "/api/v1/leads", body: body, key: fmt.Sprint("brought-", time.Now().UnixNano())})
	}
}

func (c *crasher) bringFile(ctx context.Context, n int) {
	if n%20 == 0 {
		_, _, _ = c.upload(ctx, c.origins[n/20%2], "company,email\nImported,imported@chaos.invalid\n")
	}
}

// upload sends a file of leads.
func (c *crasher) upload(ctx context.Context, origin, file string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, origin+"/api/v1/imports?name=leads.csv", strings.NewReader(file))
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Content-Type", "text/csv")
	req.Header.Set("Authorization", "Bearer "+c.keys["ops@demo.example"])
	req.Header.Set("Idempotency-Key", fmt.Sprint("file-", time.Now().UnixNano()))
	res, err := c.http.Do(req)
	if err != nil {
		return 0, "", err
	}
	return res.StatusCode, res.Status, res.Body.Close()
}

func (c *crasher) logIn(ctx context.Context, n int) {
	if n%20 == 0 {
		_, _, _ = c.once(ctx, c.origins[n/20%2], request{method: http.MethodPost, path: "/login", body: url.Values{"email": {"sales@demo.example"}, "password": {store.DemoPassword}}})
	}
}

// busy holds a lead's process while a command for it comes: the handler gives up, and the command is sent under another name.
func (c *crasher) busy(ctx context.Context, _ int) {
	lead, _, err := c.store.CaptureLead(ctx, crm.Lead{Company: "Busy " + fmt.Sprint(time.Now().UnixNano()), Email: fmt.Sprintf("busy-%d@chaos.invalid", time.Now().UnixNano()), Language: "it", Source: "fair"},
		crm.Touch{Channel: "api", Source: "fair", Raw: []byte(`{}`)})
	if err != nil {
		c.t.Error(err)
		return
	}
	conn, err := pgx.Connect(ctx, c.Stack.DatabaseURL)
	if err != nil {
		c.t.Error(err)
		return
	}
	defer conn.Close(context.WithoutCancel(ctx)) // which lets go
	if _, err := conn.Exec(ctx, `begin; select from process where id = 'lead-`+string(lead.ID)+`' for update`); err != nil {
		c.t.Error(err)
		return
	}
	r := request{
		user: "ops", method: http.MethodPost, path: "/api/v1/leads/" + string(lead.ID) + "/disqualify", key: "busy/" + string(lead.ID),
		body: fields{"reason": crm.DisqualifyReasons()[0]},
	}
	_, _, _ = c.once(ctx, c.origins[1], r) // busy, or the one that dies; the other api is cut off at times
	_, _ = conn.Exec(ctx, `rollback`)
	if a, err := c.do(c.t.Context(), r); err != nil || !a.ok() {
		c.t.Errorf("sent again: %s, %v", a, err)
	}
}
