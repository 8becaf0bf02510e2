package api

import (
	"net/http"

	"leadtocash/crm"

	"github.com/gin-gonic/gin"
)

// Who may use a route that needs no permission of the policy.
const (
	public  crm.Permission = "public"  // everybody
	session crm.Permission = "session" // everybody who is logged in
)

// Largest bodies, in bytes.
const (
	bodyLimit     = 1 << 20
	documentLimit = 25 << 20
)

// route is a line of the route table.
type route struct {
	method string
	path   string
	need   crm.Permission
	do     func(*request) error
	page   bool  // answers with HTML; without log-in it leads to the log-in page
	limit  int64 // of the body in bytes; 0: bodyLimit
	open   bool  // may be called from other sites
	call   call  // what the OpenAPI document says about it
}

func (s *Server) router() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.ContextWithFallback = true
	if err := e.SetTrustedProxies(s.TrustedProxies); err != nil {
		s.Log.Error("trusted proxies cannot be read; none is trusted", "error", err)
		_ = e.SetTrustedProxies(nil)
	}
	e.Use(s.begin, s.recover, securityHeaders)
	for _, rt := range s.routes() {
		e.Handle(rt.method, rt.path, s.handle(rt))
	}
	e.NoRoute(s.handle(route{need: public, open: true, do: func(*request) error { return refusal(codeNotFound) }}))
	e.NoMethod(s.handle(route{need: public, open: true, do: methodNotAllowed}))
	return e
}

// routes is the whole table: what is not in it does not exist.
func (s *Server) routes() []route {
	return append(append(append(apiRoutes(s.Config), pageRoutes()...), capturePages()...), append(accountPages(), agendaPages()...)...)
}

// handle runs the checks that every route has, in the order in which they are refused, and then its handler.
func (s *Server) handle(rt route) gin.HandlerFunc {
	return func(c *gin.Context) {
		r := s.newRequest(c, rt)
		for _, step := range []func() error{r.identify, r.sameSite, r.permitted, r.switchedOn, r.bounded, r.carryOut} {
			if err := step(); err != nil {
				r.Problem(err)
				return
			}
		}
	}
}

// carryOut runs the route's handler, once for a key where the route has it so.
func (r *request) carryOut() error {
	if r.user.ID != "" && (r.gin.Request.Method == get || r.route.need == crm.MayReadRules || r.route.need == crm.MayWriteRules) {
		r.freshFields()
	}
	if r.route.call.once {
		return r.once(r.route.do)
	}
	return r.route.do(r)
}

func methodNotAllowed(r *request) error {
	p := refusal(codeMethodNotAllowed)
	p.Errors = []item{{Header: "Allow", Code: "see_header", Params: params{"allow": splitList(r.gin.Writer.Header().Get("Allow"))}}}
	return p
}

// sameSite refuses a changing request that a foreign page made with the person's cookie (S6). Machines with a key send no cookie.
func (r *request) sameSite() error {
	if r.route.open || r.byKey {
		return nil
	}
	if r.srv.origin.Check(r.gin.Request) != nil {
		return refusal(codeCSRF)
	}
	return nil
}

func (r *request) permitted() error {
	switch {
	case r.route.need == public:
		return nil
	case r.user.ID == "":
		return r.unauthenticated()
	case r.route.need == session:
		return nil
	case r.Reach() == crm.ReachNone:
		p := refusal(codeForbidden)
		p.Errors = []item{{Code: "missing_permission", Params: params{"need": string(r.route.need)}}}
		return p
	}
	return nil
}

// bounded refuses bodies over the limit: at once when the length is announced, else as soon as too much has come.
func (r *request) bounded() error {
	limit := r.route.limit
	if limit == 0 {
		limit = bodyLimit
	}
	if r.gin.Request.ContentLength > limit {
		return tooLarge(limit)
	}
	r.gin.Request.Body = http.MaxBytesReader(r.gin.Writer, r.gin.Request.Body, limit)
	return nil
}

// withoutQuery has the routes refuse parameters that they would not look at: nothing that was asked for is left out in silence.
func withoutQuery(table []route) []route {
	for i, rt := range table {
		table[i].do = func(r *request) error {
			if err := r.choose(r.route.call); err != nil {
				return err
			}
			return rt.do(r)
		}
	}
	return table
}

func tooLarge(limit int64) error {
	p := refusal(codeBodyTooLarge)
	p.Errors = []item{{Header: "Content-Length", Code: "too_large", Params: params{"max": limit}}}
	if limit == documentLimit {
		p.Errors[0].Header, p.Errors[0].Pointer = "", at("/file")
	}
	return p
}
