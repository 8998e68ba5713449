/// The calculator's arithmetic once more, for a browser: whole numbers of any size, one rounding. Tests hold it against `Prices`.
enum CalculatorScript {
    static let script = PageScript(arithmetic + wiring)

    static let arithmetic = #"""

        'use strict';
        const calculator = {
          limit: 1099511627776n,
          read(text) {
            const digits = text.replace(/[ ,_\u00a0\u202f]/g, '');
            if (!/^[0-9]+$/.test(digits)) return null;
            const count = BigInt(digits);
            return count <= this.limit ? count : null;
          },
          cost(prices, tokens) {
            const sum = prices.reduce((sum, price, meter) => sum + price * tokens[meter], 0n);
            const cost = (sum + 999999n) / 1000000n;
            const most = 9223372036854775807n;
            return cost < most ? cost : most;
          },
          group(digits) { return digits.replace(/\B(?=([0-9]{3})+$)/g, ','); },
          credits(thousandths) {
            const fraction = String(thousandths % 1000n).padStart(3, '0').replace(/0+$/, '');
            return this.group(String(thousandths / 1000n)) + (fraction ? '.' + fraction : '');
          },
          dollars(thousandths) {
            const units = (thousandths + 50000n) / 100000n;
            const fraction = String(units % 10000n).padStart(4, '0').replace(/00$/, '');
            return '$' + this.group(String(units / 10000n)) + '.' + fraction;
          },
        };

        """#

    /// Whatever is typed shows at once. The first answer is the server's.
    private static let wiring = #"""
        const form = typeof document === 'object' ? document.getElementById('calculator-form') : null;
        if (form) {
          const fields = ['input', 'output', 'cached_read'].map((name) => form.elements.namedItem(name));
          const model = form.elements.namedItem('model');
          const show = (id, text) => { document.getElementById(id).textContent = text; };
          form.addEventListener('input', () => {
            const tokens = fields.map((field) => calculator.read(field.value));
            fields.forEach((field, index) => {
              const isGood = tokens[index] !== null;
              if (isGood) field.removeAttribute('aria-invalid'); else field.setAttribute('aria-invalid', 'true');
              document.getElementById(field.id + '-fault').hidden = isGood;
            });
            const isGood = !tokens.includes(null);
            const prices = (model ? model.selectedOptions[0] : form).dataset.prices.split(',').map(BigInt);
            const cost = isGood ? calculator.cost(prices, tokens) : null;
            document.getElementById('calculator-fault').hidden = isGood;
            show('calculator-credits', isGood ? calculator.credits(cost) : '–');
            show('calculator-dollars', isGood ? calculator.dollars(cost) : '–');
          });
        }

        """#
}
