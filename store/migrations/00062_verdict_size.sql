-- +goose Up
-- A verdict is written with each decision and seldom read: it stays in its row, uncompressed, up to a page.

alter table verdict set (toast_tuple_target = 8160);
