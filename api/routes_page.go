package api

// pageRoutes is the table of the product's pages.
func pageRoutes() []route { return nil }
