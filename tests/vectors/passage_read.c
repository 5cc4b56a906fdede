/* SPDX-License-Identifier: Apache-2.0 */
/* Reads passage.txt, which says what its words mean. */
#include "passage.h"
#include "proto/ip6.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>

#define WORDS 16
#define NAMES 64

struct name {
	char name[16], means[48];
};

struct file {
	struct name names[NAMES];
	size_t n_names;
	char *words[WORDS]; /* of a line, names replaced */
	size_t n, at;
	int line;
};

#define WRONG(f, word) fail_msg("passage.txt:%d: %s", (f)->line, word)

static char *meaning(struct file *f, char *word)
{
	for (size_t i = 0; i < f->n_names; i++)
		if (strcmp(word, f->names[i].name) == 0)
			return f->names[i].means;
	return word;
}

static const char *word(struct file *f)
{
	return f->at < f->n ? f->words[f->at++] : "";
}

/* Passes over `text` if it is next. */
static bool is(struct file *f, const char *text)
{
	bool same = f->at < f->n && strcmp(f->words[f->at], text) == 0;

	f->at += same;
	return same;
}

/* What stands after "NAME=" in the words that are left up to "|"; NULL if it is not there. */
static char *option(struct file *f, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = f->at; i < f->n && strcmp(f->words[i], "|") != 0; i++)
		if (strncmp(f->words[i], name, n) == 0 && f->words[i][n] == '=')
			return meaning(f, f->words[i] + n + 1);
	return NULL;
}

static int number(struct file *f, const char *name, int otherwise)
{
	const char *text = option(f, name);

	return text ? atoi(text) : otherwise;
}

static struct in_addr read4(struct file *f)
{
	struct in_addr a = { 0 };
	const char *text = word(f);

	if (inet_pton(AF_INET, text, &a) != 1)
		WRONG(f, text);
	return a;
}

static struct in6_addr parse6(struct file *f, const char *text)
{
	struct in6_addr a = { 0 };

	if (inet_pton(AF_INET6, text, &a) != 1)
		WRONG(f, text);
	return a;
}

static struct mac_addr read_mac(struct file *f)
{
	struct mac_addr a = { 0 };
	const char *text = word(f);

	if (!ether_aton_r(text, (struct ether_addr *)&a))
		WRONG(f, text);
	return a;
}

static struct passage_entry read_tunnel(struct file *f, bool port)
{
	struct passage_entry e = { .what = PASSAGE_TUNNEL };
	struct tunnel *t = &e.tunnel;

	t->local = read4(f);
	t->remote = read4(f);
	t->key = (uint32_t)number(f, "key", 0);
	if (port) {
		t->ifindex = PASSAGE_PORT;
		t->host = read_mac(f);
		t->router = read_mac(f);
		t->router_address = parse6(f, word(f));
	}
	return e;
}

static struct passage_entry read_address(struct file *f, enum address_state state)
{
	struct passage_entry e = { .what = PASSAGE_ADDRESS, .address.state = state };
	struct address *a = &e.address;

	a->prefix = parse6(f, word(f));
	a->length = (uint8_t)atoi(word(f));
	a->local = read4(f);
	a->remote = read4(f);
	a->key = (uint32_t)number(f, "key", 0);
	return e;
}

static uint32_t read_port(struct file *f)
{
	return is(f, "there") ? PASSAGE_PORT_2 : PASSAGE_PORT;
}

static struct passage_entry read_neighbour(struct file *f)
{
	struct passage_entry e = read_address(f, ADDRESS_BOUND);

	e.address.host = read_mac(f);
	e.address.ifindex = read_port(f);
	return e;
}

static bool read_entry(struct file *f, struct passage_entry *ret)
{
	if (is(f, "tunnel")) {
		*ret = read_tunnel(f, false);
	} else if (is(f, "port")) {
		*ret = read_tunnel(f, true);
	} else if (is(f, "routed")) {
		*ret = read_tunnel(f, false);
		ret->tunnel.access = true;
	} else if (is(f, "neighbour")) {
		*ret = read_neighbour(f);
	} else if (is(f, "bound")) {
		*ret = read_address(f, ADDRESS_BOUND);
	} else if (is(f, "tentative")) {
		*ret = read_address(f, ADDRESS_TENTATIVE);
	} else if (is(f, "mtu")) {
		*ret = (struct passage_entry){ .what = PASSAGE_MTU };
		ret->tunnel.remote = read4(f);
		ret->mtu = (uint16_t)atoi(word(f));
	} else if (is(f, "prefix")) {
		*ret = (struct passage_entry){ .what = PASSAGE_PREFIX };
		ret->address.prefix = parse6(f, word(f));
	} else {
		return false;
	}
	return true;
}

static int header(const char *text)
{
	static const struct {
		const char *name;
		int number;
	} known[] = { { "udp", IPPROTO_UDP },     { "dhcp6", IPPROTO_UDP },
		      { "none", IPPROTO_NONE },   { "fragment", IP6_FRAGMENT },
		      { "options", IP6_OPTIONS }, { "hop-by-hop", IP6_HOP_BY_HOP } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(text, known[i].name) == 0)
			return known[i].number;
	return IP6_ICMP;
}

static void write_payload(struct file *f, const char *kind, struct writer *w)
{
	const char *about = option(f, "about");
	struct in6_addr target = about ? parse6(f, about) : (struct in6_addr){ 0 };

	if (option(f, "after")) {
		int units = number(f, "units", 0);

		write_u8(w, (uint8_t)header(kind));
		write_u8(w, (uint8_t)units);
		write_zero(w, 6 + 8 * (size_t)units);
	}
	if (strcmp(kind, "dhcp6") == 0) {
		write_u16(w, 546);
		write_u16(w, 547);
	}
	if (header(kind) == IP6_ICMP) {
		write_u8(w, (uint8_t)atoi(kind));
		write_zero(w, 7);
		write_in6(w, &target);
	}
}

static void read_packet(struct file *f, struct passage_in *in)
{
	struct in6_addr source = parse6(f, word(f)), destination = parse6(f, word(f));
	const char *kind = word(f), *before = option(f, "after");
	int length = number(f, "length", 100);
	struct writer w = writer_new(in->packet, sizeof(in->packet));

	for (size_t i = 0; i < sizeof(in->packet); i++)
		in->packet[i] = (uint8_t)(i * 7 + (i >> 8));
	write_u32(&w, (uint32_t)number(f, "version", 6) << 28);
	write_u16(&w, (uint16_t)(length - IP6_HEADER));
	write_u8(&w, (uint8_t)header(before ? before : kind));
	write_u8(&w, (uint8_t)number(f, "hops", 64));
	write_in6(&w, &source);
	write_in6(&w, &destination);
	write_payload(f, kind, &w);
	in->n = (size_t)(length + number(f, "more", 0));
	while (f->at < f->n && !is(f, "|"))
		f->at++;
}

static bool read_from(struct file *f, struct passage_in *in)
{
	if (is(f, "access")) {
		in->from = PASSAGE_ACCESS;
		in->source = read_mac(f);
		in->to_group = is(f, "group");
		in->ifindex = PASSAGE_PORT;
	} else if (is(f, "router")) {
		in->from = PASSAGE_NEIGHBOUR;
		in->source = read_mac(f);
		in->ifindex = read_port(f);
	} else if (is(f, "core")) {
		in->from = PASSAGE_CORE;
		in->local = read4(f);
		in->remote = read4(f);
	} else if (is(f, "home")) {
		in->from = PASSAGE_HOME;
		in->source = read_mac(f);
	} else {
		in->from = PASSAGE_UPSTREAM;
		if (!is(f, "upstream"))
			return false;
	}
	return is(f, "|");
}

static void read_drop(struct file *f, const char *name, struct passage_out *out)
{
	for (out->drop = 0; out->drop < DROP_MAX; out->drop++)
		if (strcmp(name, drop_names[out->drop]) == 0) {
			out->dropped = true;
			return;
		}
	WRONG(f, name);
}

static void read_out(struct file *f, const struct passage_in *in, struct passage_out *out)
{
	const char *dropped = option(f, "dropped");
	bool padded = false;

	out->mtu = (uint32_t)number(f, "mtu", 0);
	if (dropped)
		read_drop(f, dropped, out);
	while (f->at < f->n) {
		if (is(f, "passed")) {
			out->end = PASSAGE_PASSED;
		} else if (is(f, "to-kernel")) {
			out->end = PASSAGE_TO_KERNEL;
		} else if (is(f, "into")) {
			out->end = PASSAGE_INTO;
			out->local = read4(f);
			out->remote = read4(f);
		} else if (is(f, "to-host")) {
			out->end = PASSAGE_TO_HOST;
			out->host = read_mac(f);
		} else if (is(f, "routed")) {
			out->end = PASSAGE_ROUTED;
		} else if (is(f, "back")) {
			out->end = PASSAGE_BACK;
		} else if (is(f, "control") || is(f, "unknown") || is(f, "refused") ||
			   is(f, "expired")) {
			static const char letters[] = "cure"; /* as in enum packet_why */

			out->punted = true;
			out->why = (enum packet_why)(strchr(letters, f->words[f->at - 1][0]) -
						     letters);
		} else if (is(f, "padded")) {
			padded = true;
		} else if (!is(f, "nowhere") && !strchr(f->words[f->at++], '=')) {
			WRONG(f, f->words[f->at - 1]);
		}
	}
	if (out->end != PASSAGE_NOWHERE || out->punted)
		out->n = out->mtu ? IP6_MTU_MIN : padded ? in->n : passage_length(in);
}

/* Whether it comes out of an access router's tunnel. */
static bool is_routed(const struct passage_file *file, const struct passage_in *in)
{
	for (size_t i = 0; i < file->n_entries; i++) {
		const struct passage_entry *e = &file->entries[i];

		if (in->from == PASSAGE_CORE && e->what == PASSAGE_TUNNEL && e->tunnel.access &&
		    in4_equal(e->tunnel.local, in->local) &&
		    in4_equal(e->tunnel.remote, in->remote))
			return true;
	}
	return false;
}

static void read_line(struct file *f, char *line, struct passage_file *ret)
{
	struct passage *p = &ret->passages[ret->n_passages];

	f->n = f->at = 0;
	line[strcspn(line, "#\n")] = 0;
	for (char *s; (s = strsep(&line, " \t"));)
		if (*s) {
			assert_in_range(f->n, 0, WORDS - 1);
			f->words[f->n++] = meaning(f, s);
		}
	if (!f->n)
		return;
	if (f->n == 3 && is(f, "name")) {
		struct name *to = &f->names[f->n_names++];

		assert_in_range(f->n_names, 0, NAMES);
		snprintf(to->name, sizeof(to->name), "%s", word(f));
		snprintf(to->means, sizeof(to->means), "%s", word(f));
		return;
	}
	assert_in_range(ret->n_entries, 0, PASSAGE_ENTRIES - 1);
	if (read_entry(f, &ret->entries[ret->n_entries])) {
		ret->n_entries++;
		return;
	}
	assert_in_range(ret->n_passages, 0, PASSAGES - 1);
	if (!read_from(f, &p->in))
		WRONG(f, f->words[0]);
	p->line = f->line;
	read_packet(f, &p->in);
	read_out(f, &p->in, &p->out);
	p->out.router = is_routed(ret, &p->in);
	ret->n_passages++;
}

void passage_read(struct passage_file *ret)
{
	static const char *const lines[] = {
#include "passage.txt.h"
	};
	static struct file f;

	memset(ret, 0, sizeof(*ret));
	memset(&f, 0, sizeof(f));
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char line[256];

		f.line = (int)i + 1;
		snprintf(line, sizeof(line), "%s", lines[i]);
		read_line(&f, line, ret);
	}
	assert_int_not_equal(ret->n_passages, 0);
}
