package api

// renderer draws pages.
type renderer interface {
	// Page draws the named page.
	Page(r *request, status int, name string, data any)
	// Problem draws a refusal.
	Problem(r *request, p Problem)
}

// loginPage is what the page "login" shows.
type loginPage struct {
	Next  string // local path to go on to
	Email string
	Error string // code of the refusal, empty at first
}

func newRenderer(s *Server) renderer { return newScreens(s) }
