'use strict';

const { until } = require('./processes');

const MOST_HOPS = 12;

/** @param {Response} response @returns {Promise<any>} */
const jsonOf = (response) => response.json();

/** A visitor of an n8n form, as a browser is one: keeps cookies, follows redirects, sends the pages' tokens. */
class FormVisitor {
	/** @param {{ url: string, headers: (body?: object) => Record<string, any>, cookie?: string }} client of a user who is logged in */
	constructor(client) {
		this.client = client;
		this.shown = { at: new URL(client.url), status: 0, text: '' };
		this.cookies = new Map();
		this.keep((client.cookie ?? '').split('; ').filter(Boolean));
	}

	keep(cookies) {
		for (const cookie of cookies) {
			const [pair] = cookie.split(';');
			this.cookies.set(pair.split('=')[0], pair);
		}
	}

	/**
	 * @param {string} method
	 * @param {string | URL} address
	 * @param {{ body?: string | FormData, headers?: Record<string, string> }} [content]
	 */
	async request(method, address, { body, headers = {} } = {}) {
		const response = await fetch(new URL(address, this.client.url), {
			method,
			body,
			redirect: 'manual',
			headers: {
				...this.client.headers(),
				cookie: [...this.cookies.values()].join('; '),
				...headers,
			},
		});
		this.keep(response.headers.getSetCookie());
		return response;
	}

	/** A page, after all redirects; agrees when n8n asks whether the form may know who the user is. */
	async page(address) {
		let at = new URL(address, this.client.url);
		for (let hop = 0; hop < MOST_HOPS; hop++) {
			const response = await this.request('GET', at);
			const location = response.headers.get('location');
			if (!location) return { at, status: response.status, text: await response.text() };
			at = new URL(location, at);
			if (at.pathname === '/oauth/consent') at = await this.consent();
		}
		throw new Error(`n8n redirects again and again: ${at}`);
	}

	async consent() {
		const response = await this.request('POST', '/rest/consent/approve', {
			body: JSON.stringify({ approved: true }),
			headers: { 'content-type': 'application/json' },
		});
		return new URL((await jsonOf(response)).data.redirectUrl);
	}

	/** Opens the first page of a form. @param {string} path */
	async open(path) {
		await until('the form', async () => {
			this.shown = await this.page(`/form/${path}`);
			return this.shown.status === 200;
		});
		return this.shown.text;
	}

	/** Sends the page that is open, with a list of the checked options for each field; resolves to the next one. */
	async submit(...checked) {
		const { at, text } = this.shown;
		const body = new FormData();
		body.append('submittedAt', new Date().toISOString());
		for (const [index, options] of checked.entries()) {
			body.append(`field-${index}`, JSON.stringify(options));
		}
		const [, token] = /authToken = '([^']+)'/.exec(text) ?? [];
		const response = await this.request('POST', at, {
			body,
			headers: token ? { 'x-auth-token': token } : {},
		});
		if (!response.ok) throw new Error(`n8n answered ${response.status} to the form`);
		const next = new URL((await jsonOf(response)).formWaitingUrl ?? at);
		const status = new URL(next);
		status.pathname += '/n8n-execution-status';
		await until('the next page', async () => {
			const answer = await this.request('GET', status);
			return (await answer.text()).trim() === 'form-waiting';
		});
		this.shown = await this.page(next);
		return this.shown.text;
	}
}

/** The options of the first field with checkboxes on a page, as they are read. @param {string} page */
function optionsIn(page) {
	const boxes = [...page.matchAll(/id='option\d+_field-0' value='([^']*)'/g)];
	return boxes.map(([, value]) =>
		value.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole),
	);
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#x3D': '=', '#x60': '`' };

module.exports = { FormVisitor, optionsIn };
