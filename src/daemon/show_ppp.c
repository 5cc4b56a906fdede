/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that dial in at an access router, for the control socket. */
#include "daemon/show.h"

/* As IPv6 addresses are written. */
static json_t *text_identifier(uint64_t i)
{
	if (!i)
		return json_null();
	return json_sprintf("%x:%x:%x:%x", (unsigned)(i >> 48), (unsigned)(i >> 32 & 0xffff),
			    (unsigned)(i >> 16 & 0xffff), (unsigned)(i & 0xffff));
}

static const char *method_name(enum auth_method m)
{
	switch (m) {
	case AUTH_PAP:
		return "pap";
	case AUTH_CHAP_MD5:
		return "chap";
	case AUTH_EAP:
		return "eap";
	}
	return "?";
}

static bool next_session(struct daemon *d, uint32_t *cursor, struct now now, json_t **ret)
{
	struct ar_session_info s;
	const char *reason;

	if (!ar_session_next(d->ar, cursor, now, &s))
		return false;
	*ret = json_pack("{s:o, s:i, s:s, s:o, s:s, s:s, s:o, s:b, s:o, s:i, s:s, s:i}", "nai",
			 show_text_nai(s.nai), "session", (int)s.session, "interface",
			 machine_interface_name(d, s.ifindex), "mac", show_text_mac(s.host),
			 "phase", ar_session_phase_names[s.phase], "method", method_name(s.method),
			 "home-address", s.has_home ? show_text6(&s.home) : json_null(), "unique",
			 (int)s.unique, "identifier", text_identifier(s.identifier), "seconds",
			 (int)s.seconds, "end", ar_session_end_names[s.end], "code", (int)s.code);
	reason = s.code ? mip4_code_name(s.code) : NULL;
	if (reason)
		json_object_set_new(*ret, "reason", json_string(reason));
	return true;
}

unsigned show_sessions(void *ctx, const struct control_request *q, json_t **ret)
{
	const struct daemon *d = ctx;

	if (!d->ar)
		return show_elsewhere("access router", ret);
	return show_list(ctx, q, "sessions", next_session, ret);
}

static void add_outcome(json_t *to, const char *outcome, const char *reason, uint64_t n)
{
	if (n)
		json_array_append_new(to, json_pack("{s:s, s:s, s:I}", "outcome", outcome, "reason",
						    reason, "count", (json_int_t)n));
}

unsigned show_pppoe(void *ctx, const struct control_request *q, json_t **ret)
{
	struct daemon *d = ctx;
	const struct ar_pppoe_counters *c;
	json_t *list;

	if (!d->ar)
		return show_elsewhere("access router", ret);
	c = ar_pppoe(d->ar);
	list = json_array();
	for (size_t i = 0; i < AR_PPPOE_OUTCOMES; i++)
		add_outcome(list, ar_pppoe_outcome_names[i], "", c->outcomes[i]);
	for (size_t i = 0; i < AR_END_MAX; i++)
		add_outcome(list, "ended", ar_session_end_names[i], c->ended[i]);
	return show_page(ret, "pppoe", list, false, 0);
}
