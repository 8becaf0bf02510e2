package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
)

// decideDesk is the product's API with orders that wait for a sales manager, and the keys of several of them.
type decideDesk struct {
	*scene
	origin string
	keys   []string
	orders []string
}

func newDecideDesk(t *testing.T, orders, managers int) *decideDesk {
	t.Helper()
	d := &decideDesk{scene: newScene(t)}
	server := httptest.NewServer(api.New(api.Config{Store: d.store, Commander: d.engine, Secret: []byte("0123456789abcdef0123456789abcdef"), Log: slog.New(slog.DiscardHandler), TrustedProxies: []string{"127.0.0.1"}}))
	t.Cleanup(server.Close)
	d.origin = server.URL
	for i := range managers {
		u, err := d.store.CreateUser(t.Context(), crm.User{Name: fmt.Sprint("Manager ", i), Email: fmt.Sprintf("manager%d@example.com", i), Language: "en", Roles: []crm.Role{crm.RoleSalesManager}}, "a long password")
		if err != nil {
			t.Fatal(err)
		}
		key, err := d.store.CreateAPIKey(t.Context(), u.ID, "test", time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		d.keys = append(d.keys, key)
	}
	c, err := pgx.Connect(t.Context(), d.url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	account := "018f0000-0000-7000-8000-00000000000a"
	d.exec(`insert into account (id, name, country, language, owner_id, created_at) values ($1, 'Bianchi', 'IT', 'it', $2, now())`, account, person("sales"))
	d.orders, _ = testkit.Orders(t, c, account, person("sales"), orders)
	d.exec(`update app_user set approval_limit = 100000, team_id = (select team_id from app_user where id = $1) where name like 'Manager %'`, person("sales"))
	d.exec(`insert into approval (order_id, position, key, role) select id, 1, 'manager', 'sales_manager' from sales_order where number like 'ORD-%'`)
	d.exec(`update process set step = 'approve' where record_id in (select opportunity_id from sales_order where number like 'ORD-%')`)
	d.exec(`update sales_order set state = 'approve', validated_at = now() where number like 'ORD-%'`)
	return d
}

// approved is what the API said about a manager's yes.
type approved struct {
	status   int
	code     string
	contract string
	params   map[string]string
}

func (d *decideDesk) approve(n, manager int, idempotency string) (out approved, err error) {
	req, err := http.NewRequest(http.MethodPost, d.origin+"/api/v1/orders/"+d.orders[n]+"/approve", strings.NewReader("{}"))
	if err != nil {
		return out, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+d.keys[manager])
	if idempotency != "" {
		req.Header.Set("Idempotency-Key", idempotency)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return out, err
	}
	defer res.Body.Close()
	var body struct {
		Code   string
		Params map[string]string
		Errors []struct{ Params map[string]string }
	}
	err = json.NewDecoder(res.Body).Decode(&body)
	out = approved{status: res.StatusCode, code: body.Code, contract: body.Params["contract"]}
	if len(body.Errors) > 0 {
		out.params = body.Errors[0].Params
	}
	return out, err
}

// R4, R5 by the HTTP API: of all managers who decide at once each order has one decision, and each of the others is told who decided and when; however often a
// decision is posted, with the same Idempotency-Key or without, there is one effect. ORDERS=500 MANAGERS=8 POSTS=200 does it in full size (make decide).
func TestDecisionsByAPIAtOnce(t *testing.T) {
	t.Parallel()
	orders, managers, posts := testkit.Sized(t, "ORDERS", 3), testkit.Sized(t, "MANAGERS", 8), testkit.Sized(t, "POSTS", 10)
	d := newDecideDesk(t, orders+2, managers)
	var mu sync.Mutex
	var all sync.WaitGroup
	at := func(n, manager int, key string, count func(approved)) {
		all.Go(func() {
			a, err := d.approve(n, manager, key)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			count(a)
		})
	}
	won, told, began := map[int]int{}, 0, time.Now()
	for n := range orders {
		for m := range managers {
			at(n, m, "", func(a approved) {
				switch {
				case a.status == http.StatusOK:
					won[n]++
				case a.status == http.StatusConflict && a.code == "already_decided" && a.params["decision"] == "approved" && a.params["by"] != "" && a.params["at"] != "":
					told++
				default:
					t.Errorf("order %d, manager %d: %+v", n, m, a)
				}
			})
		}
		if n%4 == 3 {
			all.Wait()
		}
	}
	all.Wait()
	t.Logf("%d orders, %d managers at once: %d decisions, %d were told who decided, in %s", orders, managers, len(won), told, time.Since(began).Round(time.Millisecond))
	if len(won) != orders || told != orders*(managers-1) {
		t.Errorf("%d orders were decided, %d were told who did", len(won), told)
	}
	same, other := map[string]int{}, 0
	began = time.Now()
	for i := range posts {
		at(orders, 0, "the-same-key", func(a approved) { same[fmt.Sprint(a.status, a.contract)]++ })
		at(orders+1, 1, "", func(a approved) {
			if a.status == http.StatusOK {
				other++
			} else if a.code != "already_decided" {
				t.Errorf("%+v", a)
			}
		})
		if i%16 == 15 {
			all.Wait()
		}
	}
	all.Wait()
	t.Logf("%d double posts with the same key: %v; %d without: %d effects, in %s", posts, same, posts, other, time.Since(began).Round(time.Millisecond))
	if len(same) != 1 || other != 1 {
		t.Errorf("the same key gave %v, none %d effects", same, other)
	}
	if got := ask[string](d.scene, `select (select count(*) from contract) || ' ' || (select count(*) from effect where channel = 'erp') || ' ' || (select count(*) from approval where state = 'approved')`); got != fmt.Sprintf("%d %[1]d %[1]d", orders+2) {
		t.Error("contracts, ERP orders, decisions:", got)
	}
}
