// Package bench measures the product: whole journeys from lead to closed contract under load, the share of the engine's own speed that a
// step reaches, and the reads that grow with the number of deals.
package bench
