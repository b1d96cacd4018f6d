create table post (
    id bigint generated always as identity primary key,
    author text not null,
    text text not null,
    created_at timestamptz not null default now()
);
